import type { Planted } from "./planted.ts";

/** Draws of one seed: so many letters and digits, or bytes, of nobody's key. */
export interface Draws {
  readonly base62: (length: number) => string;
  readonly hex: (bytes: number) => string;
  readonly bytes: (length: number) => Buffer;
  /** So many words of a list that mnemonics are made of. */
  readonly words: (language: string, count: number) => readonly string[];
}

type Plant = (secret: string) => Omit<Planted, "place" | "secret">;

const call = (method: string, params: unknown): object => ({
  jsonrpc: "2.0",
  id: 1,
  method,
  params,
});
const to = (path: string): Omit<Planted, "place" | "secret"> => ({ path });
const header = (name: string, value: string): Omit<Planted, "place" | "secret"> => ({
  headers: { [name]: value },
});
const body = (value: unknown): Omit<Planted, "place" | "secret"> => ({ body: value });
const given = (value: unknown): Omit<Planted, "place" | "secret"> => ({
  given: value,
  silent: true,
});
const base64url = (text: string): string => Buffer.from(text).toString("base64url");

/** Paths and hosts in which providers put their customers' keys. */
const PROVIDERS: Readonly<Record<string, [key: (draws: Draws) => string, at: Plant]>> = {
  Infura: [({ hex }) => hex(16), (key) => to(`/v3/${key}`)],
  "Infura over WebSocket": [({ hex }) => hex(16), (key) => to(`/ws/v3/${key}`)],
  Alchemy: [({ base62 }) => base62(32), (key) => to(`/v2/${key}`)],
  "Alchemy for NFTs": [({ base62 }) => base62(32), (key) => to(`/nft/v3/${key}/getNFTs?owner=0x1`)],
  QuickNode: [({ hex }) => hex(20), (key) => to(`/${key}/`)],
  "QuickNode of Avalanche": [({ hex }) => hex(20), (key) => to(`/${key}/ext/bc/C/rpc/`)],
  Ankr: [({ hex }) => hex(32), (key) => to(`/eth/${key}`)],
  "Ankr multichain": [({ hex }) => hex(32), (key) => to(`/multichain/${key}`)],
  Chainstack: [({ hex }) => hex(16), (key) => to(`/${key}`)],
  GetBlock: [({ hex }) => hex(16), (key) => to(`/${key}/mainnet/`)],
  dRPC: [({ base62 }) => `A${base62(43)}`, (key) => to(`/ogrpc?network=ethereum&dkey=${key}`)],
  "dRPC in the path": [({ base62 }) => `A${base62(43)}`, (key) => to(`/ethereum/${key}`)],
  NodeReal: [({ hex }) => hex(16), (key) => to(`/v1/${key}`)],
  BlastAPI: [
    ({ hex }) => hex(16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    (key) => to(`/${key}`),
  ],
  Tatum: [({ hex }) => `t-${hex(12)}-${hex(12)}`, (key) => header("x-api-key", key)],
  Helius: [
    ({ hex }) => hex(16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    (key) => to(`/?api-key=${key}`),
  ],
  "a host's label": [({ hex }) => hex(10), (key) => header("host", `${key}.eth.quiknode.pro`)],
  "a path of digits": [
    ({ bytes }) => Array.from(bytes(24), (byte) => byte % 10).join(""),
    (key) => to(`/v2/${key}`),
  ],
  "a key with a word before it": [({ base62 }) => base62(24), (key) => to(`/rpc/key-${key}`)],
  "a doubled slash": [({ base62 }) => base62(24), (key) => to(`//v2//${key}`)],
  "a dot segment": [({ base62 }) => base62(24), (key) => to(`/a/../v2/${key}`)],
  "an encoded slash": [({ base62 }) => base62(24), (key) => to(`/v2%2F${key}`)],
  "encoded twice": [
    ({ base62 }) => base62(24),
    (key) => to(`/v2/%25${key.charCodeAt(0).toString(16)}${key.slice(1)}`),
  ],
  "an encoded question mark": [({ base62 }) => base62(24), (key) => to(`/rpc%3Fapikey%3D${key}`)],
  "a fragment": [({ base62 }) => base62(24), (key) => to(`/rpc#${key}`)],
  "a fragment behind a query": [({ base62 }) => base62(24), (key) => to(`/rpc?x=1#key=${key}`)],
  "an absolute line": [
    ({ base62 }) => base62(24),
    (key) => to(`http://user:${key}@node.example/v2/`),
  ],
  "an absolute line's path": [
    ({ base62 }) => base62(24),
    (key) => to(`http://node.example/v2/${key}`),
  ],
  "an absolute line's host": [
    ({ hex }) => hex(16),
    (key) => to(`http://${key}.node.example/mainnet`),
  ],
  "a query in brackets": [({ base62 }) => base62(24), (key) => to(`/rpc?auth[key]=${key}`)],
  "a name in brackets": [({ base62 }) => base62(24), (key) => to(`/rpc?keys[${key}]=1`)],
  "a query given twice": [({ base62 }) => base62(24), (key) => to(`/rpc?a=1&a=${key}`)],
  "a URL in a query": [
    ({ base62 }) => base62(24),
    (key) => to(`/rpc?url=https%3A%2F%2Fnode%2Fv2%2F${key}`),
  ],
  "AWS, signed": [
    ({ hex }) => hex(32),
    (key) =>
      header(
        "authorization",
        `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/us-east-1/managedblockchain/aws4_request, SignedHeaders=host, Signature=${key}`,
      ),
  ],
  "AWS, access key": [
    ({ base62 }) => `AKIA${base62(16).toUpperCase()}`,
    (key) =>
      header(
        "authorization",
        `AWS4-HMAC-SHA256 Credential=${key}/20261125/us-east-1/x/aws4_request, SignedHeaders=host, Signature=ab`,
      ),
  ],
  "AWS, in the query": [
    ({ hex }) => hex(32),
    (key) => to(`/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${key}`),
  ],
  "AWS, session": [
    ({ base62 }) => `IQoJ${base62(60)}`,
    (key) => header("x-amz-security-token", key),
  ],
  "a cookie of another name": [
    ({ base62 }) => base62(24),
    (key) => header("cookie", `theme=dark; cf_clearance=${key}; lang=en`),
  ],
  "a cookie's name": [({ base62 }) => base62(24), (key) => header("cookie", `${key}=1`)],
  "a quoted cookie": [({ base62 }) => base62(24), (key) => header("cookie", `id="${key}"`)],
  Digest: [
    ({ hex }) => hex(16),
    (key) => header("authorization", `Digest username="me", nonce="${key}", response="x"`),
  ],
  "Basic, Unicode": [
    ({ base62 }) => `pä${base62(20)}`,
    (key) => header("authorization", `Basic ${Buffer.from(`me:${key}`).toString("base64")}`),
  ],
  "Basic, with colons": [
    ({ base62 }) => base62(24),
    (key) => header("authorization", `Basic ${Buffer.from(`a:b:${key}`).toString("base64")}`),
  ],
  "a claim of a JWT": [
    ({ base62 }) => base62(24),
    (key) =>
      header(
        "authorization",
        `Bearer ${base64url('{"alg":"HS256"}')}.${base64url(`{"sub":"${key}"}`)}.c2ln`,
      ),
  ],
  "a name of a header": [({ base62 }) => `x-${base62(24)}`, (key) => header(key, "1")],
  "a WebSocket key": [({ base62 }) => base62(22), (key) => header("sec-websocket-key", `${key}==`)],
  "a trace": [
    ({ hex }) => hex(16),
    (key) => header("traceparent", `00-${key}-00f067aa0ba902b7-01`),
  ],
  "a client's certificate": [
    ({ bytes }) => bytes(48).toString("base64"),
    (key) => header("x-forwarded-client-cert", `Cert="${encodeURIComponent(key)}"`),
  ],
};

const IN_BODIES: Readonly<Record<string, Plant>> = {
  "Authorization in a body": (key) =>
    body(call("eth_call", [{ headers: { Authorization: `Bearer ${key}` } }])),
  "headers as pairs": (key) => body(call("eth_call", [[["Authorization", `Bearer ${key}`]]])),
  "a URL's user": (key) => body(call("foo_bar", [`wss://${key}@node/ws`])),
  "a URL's fragment": (key) => body(call("foo_bar", [`https://node/#access_token=${key}`])),
  "GraphQL variables": (key) =>
    body({
      query: "query($k: String!) { account(key: $k) { id } }",
      variables: { k: key },
    }),
  "GraphQL's name of an operation": (key) =>
    body({ query: "{ block { number } }", operationName: key }),
  "GraphQL extensions": (key) =>
    body({ query: "{ block { number } }", extensions: { persistedQuery: { sha256Hash: key } } }),
  "a JSON text in a text": (key) =>
    body(call("eth_call", [JSON.stringify({ to: "0x1", deep: JSON.stringify({ k: key }) })])),
  "a member given twice": (key) =>
    body(`{"jsonrpc":"2.0","id":1,"method":"eth_call","params":["${key}"],"params":[]}`),
  "a method given twice": (key) =>
    body(`{"jsonrpc":"2.0","id":1,"method":"${key}","method":"eth_call","params":[]}`),
  "an id given twice": (key) =>
    body(`{"jsonrpc":"2.0","id":"${key}","id":1,"method":"eth_call","params":[]}`),
  "a version": (key) => body({ ...call("eth_call", []), jsonrpc: key }),
  "an id in a list": (key) => body({ ...call("eth_call", []), id: [key] }),
  "an id in an object": (key) => body({ ...call("eth_call", []), id: { key } }),
  "a method's end": (key) => body(call(`eth_${key}`, [])),
  "a method's path": (key) => body(call(`eth/call/${key}`, [])),
  "a method in a batch": (key) => body([call("eth_chainId", []), call(`x_${key}`, [])]),
  "parameters as an object": (key) => body(call("eth_call", { tenant: key })),
  "parameters as a text": (key) => body(call("eth_call", key)),
  "a member with a dot": (key) => body(call("eth_call", [{ "auth.key": key }])),
  "a header beside the call": (key) => body({ ...call("eth_call", []), headers: { "x-k": key } }),
  "a text at the root": (key) => body(JSON.stringify(key)),
  "a list at the root": (key) => body([key]),
  "a multipart body": (key) => ({
    headers: { "content-type": "multipart/form-data; boundary=zz" },
    body: `--zz\r\nContent-Disposition: form-data; name="apikey"\r\n\r\n${key}\r\n--zz--\r\n`,
  }),
  "a form": (key) => ({
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `jsonrpc=2.0&method=eth_call&token=${key}`,
  }),
  "a multipart's boundary": (key) => header("content-type", `multipart/form-data; boundary=${key}`),
  XML: (key) => ({
    headers: { "content-type": "text/xml" },
    body: `<methodCall><methodName>eth_call</methodName><params><param>${key}</param></params></methodCall>`,
  }),
  "JSON by lines": (key) =>
    body(`${JSON.stringify(call("eth_call", []))}\n${JSON.stringify(call("foo_bar", [key]))}\n`),
  "JSON with a comment": (key) => body(`{"jsonrpc":"2.0","id":1,/*${key}*/"method":"eth_call"}`),
  "a body of a GET": (key) => ({ verb: "PUT", body: call("eth_call", [key]) }),
  "an odd verb": (key) => ({ verb: key.slice(0, 20).toUpperCase() }),
  "a tracer's member": (key) =>
    body(call("debug_traceCall", [{}, "latest", { tracerConfig: { onlyTopCall: key } }])),
  "a filter's topic as text": (key) => body(call("eth_getLogs", [{ topics: [key] }])),
  "a block's tag": (key) => body(call("eth_getBlockByNumber", [key, false])),
  "an override's name": (key) => body(call("eth_call", [{}, "latest", { [key]: { code: "0x" } }])),
  "a subscription's kind": (key) => body(call("eth_subscribe", [key])),
};

const IN_ANSWERS: Readonly<Record<string, (key: string) => unknown>> = {
  "a line of a log": (key) => `time=12:00 level=warn msg="auth failed" key=${key}`,
  "a URL in quotes": (key) => `dial \\"wss://node/v3/${key}\\": refused`,
  "a URL, percent-encoded": (key) => `see https%3A%2F%2Fnode%2Fv3%2F${key}`,
  "a URL with escaped slashes": (key) => `Post https:\\/\\/node\\/v3\\/${key}`,
  "a command": (key) => `curl -H 'Authorization: Bearer ${key}' http://node`,
  "a command's password": (key) => `geth --password ${key} --unlock 0`,
  "an environment": (key) => `AWS_SECRET_ACCESS_KEY=${key}`,
  "JSON in a text": (key) => JSON.stringify({ error: { url: `https://node/v3/${key}` } }),
  "JSON in JSON in a text": (key) => JSON.stringify(JSON.stringify({ a: [key] })),
  HTML: (key) => `<a href="https://node/v3/${key}?x=1">here</a>`,
  "an admin's enode": (key) => `https://${key}@127.0.0.1:30303?discport=0`,
  "a list of words": (key) => [["wallet", key]],
  "a stack": (key) => `Error: x\\n    at fetch (https://node/v2/${key}:1:2)`,
};

/** Keys that have a form of their own. */
function formed(draws: Draws): [place: string, secret: string, at: Plant][] {
  const { base62, bytes, hex, words } = draws;
  const pem = bytes(96).toString("base64");
  const lines = `-----BEGIN PRIVATE KEY-----\n${pem.slice(0, 64)}\n${pem.slice(64)}\n-----END PRIVATE KEY-----`;
  const found: [string, string, Plant][] = [
    ["PEM in a request", pem.slice(0, 64), () => body(call("eth_call", [lines]))],
    ["PEM in an answer", pem.slice(0, 64), () => given({ note: lines })],
    ["WIF in an answer", `K${base62(51)}`, (key) => given({ descriptor: `wpkh(${key})` })],
    ["xprv in a request", `xprv9s21ZrQH143K${base62(95)}`, (key) => body(call("getinfo", [key]))],
    ["xprv in an answer", `xprv9s21ZrQH143K${base62(95)}`, (key) => given({ note: key })],
    ["hex key in an answer", hex(32), (key) => given({ handle: key })],
    ["keystore in a request", hex(32), (key) => body(call("eth_call", [keystore(key)]))],
    ["keystore in an answer", hex(32), (key) => given(keystore(key))],
    ["keystore as a text", hex(32), (key) => given(JSON.stringify(keystore(key)))],
    ["token of GitHub", `ghp_${base62(36)}`, (key) => given(`fatal: ${key} is not valid`)],
    ["token of Slack", `xoxb-${hex(6)}-${base62(24)}`, (key) => given({ url: key })],
  ];
  for (const language of LANGUAGES) {
    for (const count of [12, 15, 24]) {
      const drawn = words(language, count);
      const space = language === "japanese" ? "\u3000" : " ";
      const phrase = drawn.join(space);
      const place = `${count} words, ${language}`;
      found.push(
        [`${place}, answered as a value`, phrase, (key) => given({ handle: key })],
        [`${place}, answered in prose`, phrase, (key) => given(`use: ${key}, then stop`)],
        [`${place}, a parameter`, phrase, (key) => body(call("eth_call", [{ note: key }]))],
        [`${place}, of an unknown method`, phrase, (key) => body(call("foo_bar", [key]))],
      );
    }
  }
  const list = words("english", 12);
  const inAnswer = words("english", 12);
  found.push(
    ["12 words as a list", JSON.stringify(list), () => body(call("foo_bar", [list]))],
    ["12 words as an answered list", JSON.stringify(inAnswer), () => given({ handle: inAnswer })],
    [
      "12 words, numbered",
      words("english", 12)
        .map((word, index) => `${index + 1}. ${word}`)
        .join(" "),
      (key) => given(key),
    ],
    ["12 words by commas", words("english", 12).join(", "), (key) => given({ handle: key })],
    ["12 words by lines", words("english", 12).join("\n"), (key) => given({ handle: key })],
    [
      "12 words in capitals",
      words("english", 12).join(" ").toUpperCase(),
      (key) => given({ handle: key }),
    ],
  );
  return found;
}

const LANGUAGES = [
  "english",
  "spanish",
  "french",
  "italian",
  "portuguese",
  "czech",
  "japanese",
  "korean",
  "simplified-chinese",
  "traditional-chinese",
] as const;

const keystore = (ciphertext: string): object => ({
  version: 3,
  crypto: { cipher: "aes-128-ctr", ciphertext, kdf: "scrypt", mac: "ab" },
});

/** Keys of providers and wallets where they put them, and places that only a parser of another kind would read. */
export function keyPlaces(draws: Draws): Planted[] {
  const planted: Planted[] = [];
  for (const [place, [make, at]] of Object.entries(PROVIDERS)) {
    const secret = make(draws);
    planted.push({ place, secret, ...at(secret) });
  }
  for (const [place, at] of Object.entries(IN_BODIES)) {
    const secret = draws.base62(26);
    planted.push({ place, secret, ...at(secret) });
  }
  for (const [place, give] of Object.entries(IN_ANSWERS)) {
    const secret = draws.base62(26);
    planted.push({ place: `answered: ${place}`, secret, ...given(give(secret)) });
    const other = draws.hex(16);
    planted.push({ place: `answered in hex: ${place}`, secret: other, ...given(give(other)) });
  }
  for (const [place, secret, at] of formed(draws)) planted.push({ place, secret, ...at(secret) });
  return planted;
}
