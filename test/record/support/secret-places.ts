import { wordlist as czech } from "@scure/bip39/wordlists/czech.js";
import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { wordlist as french } from "@scure/bip39/wordlists/french.js";
import { wordlist as italian } from "@scure/bip39/wordlists/italian.js";
import { wordlist as japanese } from "@scure/bip39/wordlists/japanese.js";
import { wordlist as korean } from "@scure/bip39/wordlists/korean.js";
import { wordlist as portuguese } from "@scure/bip39/wordlists/portuguese.js";
import { wordlist as simplifiedChinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { wordlist as spanish } from "@scure/bip39/wordlists/spanish.js";
import { wordlist as traditionalChinese } from "@scure/bip39/wordlists/traditional-chinese.js";
import { seededRandom } from "./cases.ts";
import { keyPlaces } from "./key-places.ts";
import type { Planted } from "./planted.ts";

/** The same secrets in each run of one seed. */
let random = seededRandom(1);
const randomBytes = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
const randomUUID = (): string =>
  randomBytes(16)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

const BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const drawn = (alphabet: string, length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("");

/** Keys as providers make them. */
const KINDS: Readonly<Record<string, () => string>> = {
  "base 62": () => drawn(BASE62, 28),
  "hex of 32": () => randomBytes(16).toString("hex"),
  base64url: () => `k${randomBytes(24).toString("base64url")}`,
  letters: () => drawn("abcdefghijklmnopqrstuvwxyz", 24),
  "hex of 64": () => randomBytes(32).toString("hex"),
  UUID: () => randomUUID(),
  "base 32": () => drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 26),
  "with a prefix": () => `sk_live_${drawn(BASE62, 24)}`,
};
const KIND_NAMES = Object.keys(KINDS);

/** How a secret is written where it stands. */
const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  percent: (secret) =>
    secret
      .split("")
      .map((each) => `%${each.charCodeAt(0).toString(16)}`)
      .join(""),
  escaped: (secret) =>
    secret
      .split("")
      .map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  base64: (secret) => Buffer.from(secret).toString("base64"),
};

type Plant = (secret: string) => Omit<Planted, "place" | "secret">;

const call = (method: string, params: unknown): object => ({
  jsonrpc: "2.0",
  id: 1,
  method,
  params,
});
const header =
  (name: string, around: (secret: string) => string = (secret) => secret): Plant =>
  (secret) => ({ headers: { [name]: around(secret) } });
const path =
  (around: (secret: string) => string, verb = "POST"): Plant =>
  (secret) => ({ path: around(secret), verb });
const body =
  (around: (secret: string) => unknown): Plant =>
  (secret) => ({ body: around(secret) });
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
const jwt = (signature: string): string =>
  `${Buffer.from('{"alg":"HS256"}').toString("base64url")}.${Buffer.from('{"sub":"me"}').toString("base64url")}.${signature}`;

/** Each place of a request's head, in which a key may stand under any name. */
const IN_HEADERS: Readonly<Record<string, Plant>> = {
  "x-api-key": header("x-api-key"),
  "bearer token": header("authorization", (secret) => `Bearer ${secret}`),
  "other scheme": header("authorization", (secret) => `Token token=${secret}`),
  "bare authorization": header("authorization"),
  "proxy-authorization": header("proxy-authorization", (secret) => `Bearer ${secret}`),
  "basic password": header("authorization", (secret) => basic(`user:${secret}`)),
  "basic user": header("authorization", (secret) => basic(`${secret}:x`)),
  "JWT signature": header("authorization", (secret) => `Bearer ${jwt(secret)}`),
  cookie: header("cookie", (secret) => `a=1; session=${secret}`),
  "unknown header": header("x-whatever"),
  "unknown header of two words": header("x-rpc", (secret) => `Key ${secret}`),
  "x-auth-token": header("x-auth-token"),
  "x-signature": header("x-signature"),
  "user agent": header("user-agent"),
  "user agent version": header("user-agent", (secret) => `app/${secret}`),
  "user agent comment": header("user-agent", (secret) => `viem/2.0 (${secret})`),
  "accept parameter": header("accept", (secret) => `application/json;key=${secret}`),
  "content-type parameter": header("content-type", (secret) => `application/json;token=${secret}`),
  prefer: header("prefer", (secret) => `respond-async;key=${secret}`),
  "if-none-match": header("if-none-match", (secret) => `"${secret}"`),
  range: header("range", (secret) => `bytes=${secret}`),
  referer: header("referer", (secret) => `https://app.example/v2/${secret}`),
  origin: header("origin", (secret) => `https://${secret}.example`),
  "x-original-url": header("x-original-url", (secret) => `/v2/${secret}`),
  "x-forwarded-uri": header("x-forwarded-uri", (secret) => `/?apikey=${secret}`),
  "x-forwarded-for": header("x-forwarded-for", (secret) => `10.0.0.1, ${secret}`),
  "sub-protocol": header(
    "sec-websocket-protocol",
    (secret) => `json, base64url.bearer.${Buffer.from(secret).toString("base64url")}`,
  ),
  "asked headers": header("access-control-request-headers"),
};
const IN_TARGET: Readonly<Record<string, Plant>> = {
  "after v2": path((secret) => `/v2/${secret}`),
  "after v3 with more": path((secret) => `/v3/${secret}/`),
  "first segment": path((secret) => `/${secret}`),
  "after rpc": path((secret) => `/rpc/${secret}`),
  "between words": path((secret) => `/eth/${secret}/mainnet`),
  "after words": path((secret) => `/eth/mainnet/${secret}`),
  "with a comma": path((secret) => `/v2/${secret},a`),
  "with a colon": path((secret) => `/bot123:${secret}`),
  "matrix parameter": path((secret) => `/rpc;jsessionid=${secret}`),
  preflight: path((secret) => `/${secret}`, "OPTIONS"),
  "REST after a version": path((secret) => `/v2/${secret}/status`, "GET"),
  "REST after eth": path((secret) => `/eth/${secret}`, "GET"),
  "REST query": path((secret) => `/extended/v1/status?cursor=${secret}`, "GET"),
  "REST key": path((secret) => `/extended/v1/tx?apikey=${secret}&limit=1`, "GET"),
  "nameless query": path((secret) => `/?${secret}`),
  "query after a semicolon": path((secret) => `/?a=1;apikey=${secret}`),
  "query name": path((secret) => `/?${secret}=1`),
  ...Object.fromEntries(
    [
      "apikey",
      "api_key",
      "api_token",
      "api-token",
      "apitoken",
      "access_key",
      "accessKey",
      "subscription-key",
      "code",
      "auth_key",
      "appkey",
      "app_id",
      "secret_key",
      "dkey",
      "key",
      "token",
      "jwt",
      "sig",
      "x",
      "id",
    ].map((name) => [`query ${name}`, path((secret) => `/rpc?b=1&${name}=${secret}`)] as const),
  ),
};
const IN_BODY: Readonly<Record<string, Plant>> = {
  "parameter of a read": body((secret) => call("eth_call", [secret])),
  "parameter of an unknown method": body((secret) => call("foo_bar", [secret])),
  "nested parameter": body((secret) => call("eth_getLogs", [{ topics: [[secret]] }])),
  "member password": body((secret) => call("eth_call", [{ password: secret }])),
  "member token": body((secret) => call("eth_call", [{ token: secret }])),
  "member accessKey": body((secret) =>
    call("eth_call", [{ deep: [{ accessKey: { inner: secret } }] }]),
  ),
  "member beside the method": body((secret) => ({ ...call("eth_call", []), auth: secret })),
  "name of a member": body((secret) => call("eth_call", [{ [secret]: 1 }])),
  id: body((secret) => ({ ...call("eth_call", []), id: secret })),
  method: body((secret) => call(secret, [])),
  "second call of a batch": body((secret) => [call("eth_call", []), call("foo_bar", [secret])]),
  notification: body((secret) => ({ jsonrpc: "2.0", method: "foo", params: { key: secret } })),
  "pass phrase": body((secret) =>
    call("personal_unlockAccount", [`0x${"ab".repeat(20)}`, secret, 30]),
  ),
  "private key": body((secret) => call("personal_importRawKey", [secret, "x"])),
  keystore: body((secret) => call("keystore_unlock", [secret])),
  "tracer's code": body((secret) =>
    call("debug_traceCall", [{}, "latest", { tracer: `{a: "${secret}"}` }]),
  ),
  URL: body((secret) => call("eth_call", [`https://user:${secret}@node/v2/x`])),
  GraphQL: body((secret) => ({ query: `{ block(key: "${secret}") { number } }` })),
  "REST body": (secret) => ({ path: "/v2/fees/transaction", body: { key: secret } }),
  form: body((secret) => `module=proxy&action=eth_call&apikey=${secret}`),
  "byte order mark": body((secret) => `\uFEFF${JSON.stringify(call("foo_bar", [secret]))}`),
  "trailing bytes": body((secret) => `${JSON.stringify(call("foo_bar", [secret]))}\u0000`),
  "two values": body((secret) => `${JSON.stringify(call("foo_bar", [secret]))}{}`),
  "not quite JSON": body((secret) => `{'method':'x','params':['${secret}']}`),
};
/** Words that people choose: no entropy tells them, only where they stand. */
const WEAK: Readonly<Record<string, Plant>> = Object.fromEntries([
  ...[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "apiKey",
    "api_key",
    "privateKey",
    "mnemonic",
    "pin",
    "token",
    "auth",
    "credentials",
  ].map(
    (name) => [`weak ${name}`, body((secret) => call("eth_call", [{ [name]: secret }]))] as const,
  ),
  ["weak pass phrase", body((secret) => call("personal_newAccount", [secret]))],
  ["weak keystore", body((secret) => call("parity_newAccountFromPhrase", [secret, secret]))],
  ["weak wallet", body((secret) => call("walletpassphrase", [secret, 60]))],
  ["weak form", body((secret) => `user=me&password=${secret}`)],
  ["weak query", path((secret) => `/?pwd=${secret}`)],
  ["weak path", path((secret) => `/rpc/${secret}`)],
  ["weak basic", header("authorization", (secret) => basic(`me:${secret}`))],
  ["weak header", header("x-tenant")],
  ["weak cookie", header("cookie", (secret) => `user=${secret}`)],
]);
const ONLY_ANSWERED: Readonly<Record<string, (secret: string) => unknown>> = {
  ...Object.fromEntries(
    [
      "privateKey",
      "mnemonic",
      "access_token",
      "password",
      "apiKey",
      "refresh_token",
      "secretKey",
      "seedPhrase",
      "wif",
    ].map((name) => [`answered ${name}`, (secret: string) => ({ [name]: secret })] as const),
  ),
  "answered key under any name": (secret) => ({ handle: [secret] }),
  "answered name": (secret) => ({ [secret]: 1 }),
  "answered URL": (secret) => `Post "https://my_node/${secret}/": dial tcp: no such host`,
  "answered user": (secret) => `https://${secret}:x@node/`,
  "answered query": (secret) => `see http://node/rpc?auth=${secret}`,
  "answered error": (secret) => ({ error: { message: `no project ${secret}` } }),
};
const WORDS = ["Tulip", "Harbor", "Velvet", "Cactus", "Walnut", "Saddle", "Pigeon", "Meadow"];

const WORD_LISTS: Readonly<Record<string, readonly string[]>> = {
  english,
  spanish,
  french,
  italian,
  portuguese,
  czech,
  japanese,
  korean,
  "simplified-chinese": simplifiedChinese,
  "traditional-chinese": traditionalChinese,
};

/** Every place in several forms, a secret of its own in each; the kinds of keys take turns, beginning with one of eight. */
export function secretPlaces(firstKind = 0, seed = 1): Planted[] {
  random = seededRandom(seed);
  let turn = firstKind;
  const next = (): [kind: string, secret: string] => {
    const kind = KIND_NAMES[turn % KIND_NAMES.length] ?? "base 62";
    turn += 1;
    return [kind, (KINDS[kind] ?? randomUUID)()];
  };
  const planted: Planted[] = [];
  const plant = (places: Readonly<Record<string, Plant>>, forms: readonly string[]): void => {
    for (const [name, at] of Object.entries(places)) {
      for (const form of forms) {
        const [kind, secret] = next();
        const raw = (FORMS[form] ?? String)(secret);
        const given = at(form === "escaped" ? "@ESCAPED@" : raw);
        const text = typeof given.body === "string" ? given.body : JSON.stringify(given.body);
        planted.push({
          ...given,
          ...(form === "escaped" ? { body: text.replaceAll("@ESCAPED@", raw) } : {}),
          place: `${name}: ${kind}, ${form}`,
          secret,
        });
      }
    }
  };
  plant(IN_HEADERS, ["plain", "plain", "base64"]);
  plant(IN_TARGET, ["plain", "plain", "percent"]);
  plant(IN_BODY, ["plain", "escaped", "base64"]);
  for (const [name, at] of Object.entries(WEAK)) {
    const word = (): string => WORDS[(randomBytes(1)[0] ?? 0) % WORDS.length] ?? "Walnut";
    const secret = `${word()}-${drawn("bcdfghjklmnpqrstvwxz", 3)}${word()}7`;
    planted.push({ ...at(secret), place: name, secret, silent: true });
  }
  for (const [name, give] of Object.entries(ONLY_ANSWERED)) {
    const [kind, secret] = next();
    planted.push({ place: `${name}: ${kind}`, secret, given: give(secret), silent: true });
  }
  for (const method of [
    "eth_sendRawTransaction",
    "eth_sendRawTransactions",
    "eea_sendRawTransaction",
    "priv_distributeRawTransaction",
    "zks_sendRawTransactionWithDetailedOutput",
    "klay_sendRawTransaction",
    "eth_call",
    "foo_bar",
    "trace_rawTransaction",
  ]) {
    const raw = signedTransaction();
    planted.push({
      place: `transaction of ${method}`,
      secret: raw.slice(2),
      body: call(method, [raw]),
    });
    const second = signedTransaction();
    planted.push({
      place: `transaction in a batch of ${method}`,
      secret: second.slice(2),
      body: [call("eth_chainId", []), call(method, [{ tx: second }])],
    });
  }
  planted.push(
    ...keyPlaces({
      base62: (length) => drawn(BASE62, length),
      hex: (bytes) => randomBytes(bytes).toString("hex"),
      bytes: randomBytes,
      words: (language, count) => {
        const list = WORD_LISTS[language] ?? [];
        return Array.from({ length: count }, () => list[Math.floor(random() * list.length)] ?? "");
      },
    }),
  );
  return planted;
}

/** An item of RLP of so many random bytes. */
const item = (bytes: number): string =>
  (0x80 + bytes).toString(16) + randomBytes(bytes).toString("hex");

/** A type, a list of nine items of which the last two are a signature. */
function signedTransaction(): string {
  const items = [
    "01",
    "02",
    "83010203",
    "83010203",
    "825208",
    item(20),
    "80",
    "80",
    "c0",
    "01",
    `a0${randomBytes(32).toString("hex")}`,
    `a0${randomBytes(32).toString("hex")}`,
  ].join("");
  return `0x02f8${(items.length / 2).toString(16)}${items}`;
}

/** What a node may say that repeats a request: as it is, in other case, encoded; as an error, a result, a page. */
export function echoOf(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string[] {
  const all = `${path} ${JSON.stringify(headers)} ${body}`;
  const data = {
    path,
    headers,
    body,
    lower: all.toLowerCase(),
    upper: all.toUpperCase(),
    base64: Buffer.from(all).toString("base64"),
    percent: encodeURIComponent(all),
  };
  const message = `refused ${path} ${encodeURIComponent(body)}`;
  return [
    JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32000, message, data } }),
    JSON.stringify({ jsonrpc: "2.0", id: 1, result: data }),
    `<html><p>${message}</p><pre>${all}</pre></html>`,
    all,
  ];
}

/** Spellings in which a secret would still be one. */
export function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Base64 in any of its three alignments, without the ends that depend on the neighbours.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  const codes = secret.split("").map((each) => each.charCodeAt(0).toString(16));
  return [
    secret,
    secret.toLowerCase(),
    secret.toUpperCase(),
    bytes.toString("hex"),
    codes.map((code) => `%${code}`).join(""),
    codes.map((code) => `\\u${code.padStart(4, "0")}`).join(""),
    encodeURIComponent(secret),
    ...base64,
  ];
}
