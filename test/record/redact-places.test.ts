import { describe, expect, it } from "vitest";
import { redactionRules } from "../../src/redact/options.ts";
import { secretsOfUrl } from "../../src/redact/target.ts";
import { CALL, TOKENS, redactOne, rules } from "./support/redaction.ts";
import type { Given } from "./support/redaction.ts";

const KEY = "k3yN1tr0aB9cD8eF7gH6";
const RAW =
  "0xf86780862d79883d2000825208945df9b87991262f6ba471f09758cde1c0fc1de734827a69801ca088ff6cf0fefd94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0a045e0aff800961cfce805daef7016b9b675c137a6a41a548f7b60a3484c06a33a";
const ADDRESS = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
const WORD = "hunter2xyzzy";

const params = (...values: unknown[]): Given => ({
  body: { ...CALL, method: "eth_call", params: values },
});
const call = (method: string, ...values: unknown[]): Given => ({
  body: { ...CALL, method, params: values },
});
const path = (text: string): Given => ({ path: text, body: CALL });
const get = (text: string): Given => ({ path: text, verb: "GET" });

/** 32 bytes that nobody drew, and as programs print them. */
const BYTES = Array.from({ length: 32 }, (_, at) => (at * 167 + 89) % 256);
const BY_PLACE = Object.fromEntries(BYTES.entries());
const PAIRS = BYTES.map((byte) => byte.toString(16).padStart(2, "0"));
const SOME_BYTES = BYTES.slice(4, 12).join(",");
const IN_TEXT: readonly (readonly [how: string, text: string, secret: string])[] = [
  ["JSON in a text", `key [${BYTES.join(",")}] is bad`, SOME_BYTES],
  ["Go's list", `key [${BYTES.join(" ")}] is bad`, BYTES.slice(4, 12).join(" ")],
  ["Rust's list", `key [\n    ${BYTES.join(",\n    ")},\n]`, BYTES.slice(4, 12).join(",\\n    ")],
  ["Node's buffer", `<Buffer ${PAIRS.join(" ")}>`, PAIRS.slice(4, 12).join(" ")],
  ["hex by colons", `priv: ${PAIRS.join(":")}`, PAIRS.slice(4, 12).join(":")],
  ["C's list", `{0x${PAIRS.join(", 0x")}}`, PAIRS.slice(4, 12).join(", 0x")],
  ["an array in JSON", JSON.stringify(BY_PLACE), '4\\":'],
];

/** Places in which a secret stood in recordings or may stand, whatever its name. */
const REQUESTS: readonly (readonly [place: string, given: Given, secret: string])[] = [
  ...[
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
    "pwd",
    "x",
    "q",
    "dkey",
    "id",
  ].map((name) => [`query ${name}`, path(`/?a=1&${name}=${KEY}`), KEY] as const),
  ["a query without a name", path(`/?${KEY}`), KEY],
  ["a query's name", path(`/?${KEY}=1`), KEY],
  ["a query behind a semicolon", path(`/?a=1;apikey=${KEY}`), KEY],
  ["a weak word in the query", path(`/?pwd=${WORD}`), WORD],
  ["a REST query", get(`/extended/v1/status?cursor=${KEY}`), KEY],
  ["a matrix parameter", path(`/rpc;jsessionid=${KEY}`), KEY],
  ["a comma", path(`/v2/${KEY},a`), KEY],
  ["a bot's name", path(`/bot123:${KEY}/x`), KEY],
  ["a key with a mark", path(`/v2/${KEY}!`), KEY],
  ["a key of one case", path("/rpc/qzkvjxwpyhfmtgbd"), "qzkvjxwpyhfmtgbd"],
  ["a key of digits", path("/rpc/12345678901234567890"), "12345678901234567890"],
  ["a short key", path("/rpc/a8Zk3Lm9Qp"), "a8Zk3Lm9Qp"],
  ["a key that begins as hex", path(`/rpc/${ADDRESS}`), ADDRESS],
  ["a key after rpc in REST", get("/rpc/qzkvjxwpyhfmtgbd/status"), "qzkvjxwpyhfmtgbd"],
  ["a key after eth in REST", get(`/eth/${"0123456789abcdef".repeat(4)}`), "0123456789abcdef"],
  [
    "a key after a version in REST",
    get(`/v3/${"0123456789abcdef".repeat(4)}/tx`),
    "0123456789abcdef",
  ],
  ["a percent-encoded key", path("/v2/k3yN1tr0aB9cD8eF7%67H6"), "k3yN1tr0aB9cD8eF7"],
  ["the user of an absolute target", path(`http://user:${KEY}@host/rpc`), KEY],
  ["a fragment", path(`/rpc#${KEY}`), KEY],
  ["a User-Agent's product", { ...path("/"), headers: { "user-agent": KEY } }, KEY],
  ["a User-Agent's version", { ...path("/"), headers: { "user-agent": `myapp/${KEY}` } }, KEY],
  ["Accept's parameter", { ...path("/"), headers: { accept: `application/json;key=${KEY}` } }, KEY],
  ["Accept's type", { ...path("/"), headers: { accept: `application/${KEY}` } }, KEY],
  ["Prefer", { ...path("/"), headers: { prefer: `respond-async, token=${KEY}` } }, KEY],
  ["If-None-Match", { ...path("/"), headers: { "if-none-match": `"${KEY}"` } }, KEY],
  ["Range", { ...path("/"), headers: { range: `bytes=${KEY}` } }, KEY],
  ["asked headers", { ...path("/"), headers: { "access-control-request-headers": KEY } }, KEY],
  ["the verb", { ...path("/"), verb: "QZKVJXWPYHFM" }, "QZKVJXWPYHFM"],
  ["the method", { body: { ...CALL, method: KEY } }, KEY],
  ["the id", { body: { ...CALL, id: KEY } }, KEY],
  ["a name of a member", params({ [KEY]: 1 }), KEY],
  ["a member beside the method", { body: { ...CALL, auth: WORD } }, WORD],
  [
    "an escaped name",
    { body: `{"id":1,"method":"eth_call","params":[{"p\\u0061ssword":"${WORD}"}]}` },
    WORD,
  ],
  [
    "an escaped value",
    { body: `{"id":1,"method":"eth_call","params":["\\u006b3yN1tr0aB9cD8eF7gH6"]}` },
    "3yN1tr0aB9",
  ],
  [
    "a member that is there twice",
    { body: `{"id":1,"method":"eth_call","params":["${WORD}"],"params":[]}` },
    WORD,
  ],
  ["a weak pass phrase", call("evm_addAccount", ADDRESS, WORD), WORD],
  [
    "a pass phrase of known words",
    call("personal_unlockAccount", ADDRESS, "test wallet", 30),
    "test wallet",
  ],
  ["a keystore's pass phrase", call("keystore_unlock", WORD), WORD],
  ["a word for a key", call("shh_generateSymKeyFromPassword", WORD), WORD],
  ["a private key in hex", call("personal_importRawKey", `0x${"4c".repeat(32)}`, "x"), "4c4c4c"],
  ["a private key of an unknown method", call("foo_bar", "4c".repeat(32)), "4c4c4c"],
  ["Bitcoin's wallet", call("walletpassphrase", "test", 60), '"test"'],
  [
    "Bitcoin's key",
    call("importprivkey", "5KJvsngHeMpm884wtkJNzQGaCErckhHJBGFsvd3VyK5qMZXj3hS"),
    "5KJvsng",
  ],
  ["bytes", params(BYTES), SOME_BYTES],
  ["bytes of a known method", call("getAccountInfo", [...BYTES, ...BYTES]), SOME_BYTES],
  ["bytes by their places", params(BY_PLACE), `"4":${BYTES[4]}`],
  [
    "bytes by lines",
    { body: JSON.stringify(params({ at: BYTES }).body, null, 2) },
    `${BYTES[4]},\n`,
  ],
  ...IN_TEXT.map(([how, text, secret]) => [how, call("foo_bar", text), secret] as const),
  ["a URL in parameters", params(`https://h/v2/${KEY}`), KEY],
  ["a token in a filter", params({ token: WORD }), WORD],
  ["a number by its name", params({ pin: 271828 }), "271828"],
  ["a form", { body: `module=proxy&action=eth_call&apikey=${WORD}` }, WORD],
  [
    "JSON behind a byte order mark",
    { body: `\uFEFF{"id":1,"method":"personal_unlockAccount","params":["${WORD}"]}` },
    WORD,
  ],
  [
    "JSON before a NUL",
    { body: `{"id":1,"method":"personal_unlockAccount","params":["${WORD}"]}\u0000` },
    WORD,
  ],
  ["JSON before JSON", { body: `{"id":1,"method":"x","params":["${WORD}"]}{"a":1}` }, WORD],
  ["what is not quite JSON", { body: `{'id':1,'method':'x','params':['${WORD}']}` }, WORD],
  [
    "GraphQL",
    { path: "/graphql", body: { query: `mutation{sendRawTransaction(data:"${RAW}")}` } },
    RAW.slice(2, 60),
  ],
  ...[
    "eea_sendRawTransaction",
    "priv_distributeRawTransaction",
    "zks_sendRawTransactionWithDetailedOutput",
    "eth_sendRawTransactions",
    "klay_sendRawTransaction",
    "eth_call",
    "foo_bar",
    "trace_rawTransaction",
  ].map((method) => [`a transaction of ${method}`, call(method, RAW), RAW.slice(2, 60)] as const),
  ["a transaction without a mark", call("foo_bar", RAW.slice(2)), RAW.slice(2, 60)],
  ["a transaction in a list", params([{ deep: [RAW] }]), RAW.slice(2, 60)],
  ["a transaction of REST", { path: "/tx", body: { tx: RAW } }, RAW.slice(2, 60)],
  [
    "a transaction of avalanche",
    call("avax.issueTx", { tx: `0x0000${"4c".repeat(90)}`, encoding: "hex" }),
    "4c4c4c",
  ],
  [
    "a typed transaction",
    call("eth_call", { data: `0x02f8${(80).toString(16).padStart(2, "0")}${"01".repeat(80)}` }),
    "010101010101",
  ],
];

describe("nothing secret of a request is left", () => {
  it.each(REQUESTS)("from %s", (_place, given, secret) => {
    expect(redactOne(given).everything).not.toContain(secret);
    // Nor where the node repeats it in an error, plain, in JSON or in its page.
    for (const answer of [
      { id: 1, error: { code: 1, message: `failed for ${KEY}` } },
      `<p>${KEY}</p>`,
      { path: `/v2/${KEY}`, who: KEY, deep: [{ [KEY]: 1 }] },
    ]) {
      expect(redactOne({ ...given, answer }).everything).not.toContain(KEY);
    }
  });

  it("and what lost a part that the question needs is never sent again", () => {
    for (const given of [
      get(`/tx/${KEY}`),
      get(`/v2/${KEY}/extended`),
      get(`/extended/v1/status?cursor=${KEY}`),
      params(WORD),
      { body: "a=b" },
    ]) {
      expect(redactOne(given).unreplayable).toBe("redacted-body");
    }
    // Without who asks, and with another id, it is the same question.
    for (const given of [
      path(`/v2/${KEY}?x=${KEY}`),
      get(`/extended/v1/status?apikey=${KEY}`),
      { body: { ...CALL, id: KEY }, answer: { id: KEY, result: "0x1" } },
    ]) {
      expect(redactOne(given).unreplayable).toBeNull();
    }
    const again = redactOne({ body: { ...CALL, id: KEY }, answer: { id: KEY, result: "0x1" } });
    expect(again.response).toBe(`{"id":"${TOKENS.token("red", KEY)}","result":"0x1"}`);
  });

  it("at the bottom of what is nested deeply", () => {
    const deep = 100_000;
    const body = `{"id":1,"method":"eth_call","params":[{"password":${"[".repeat(deep)}"${WORD}"${"]".repeat(deep)}}]}`;
    const clean = redactOne({ body });
    expect(clean.everything).not.toContain(WORD);
    expect(clean.request).toContain(`["${TOKENS.token("red", WORD)}"]`);
  });

  it("where one secret holds another", () => {
    const long = `${KEY}SUFFIXofTheLongerOne7`;
    const clean = redactOne({
      body: CALL,
      headers: { "x-a": KEY, "x-b": long },
      answer: { id: 1, error: { message: `${long}|${KEY}` } },
    });
    expect(clean.response).toContain(`"${TOKENS.token("red", long)}|${TOKENS.token("red", KEY)}"`);
  });

  it("past a number of secrets that no body has", () => {
    const many = Array.from({ length: 25_000 }, (_, id) => ({
      ...CALL,
      id,
      method: "eth_call",
      params: [`${WORD}${id}`],
    }));
    const clean = redactOne({ body: many, answer: many });
    expect([clean.requestBody, clean.responseBody, clean.reduced.length]).toEqual([null, null, 2]);
    const headers = Object.fromEntries(
      many.slice(0, 300).map((_, at) => [`x-${at}`, `${KEY}${at}`]),
    );
    expect(() => redactOne({ body: CALL, headers })).toThrow("too many secrets");
  });
});

/** Secrets that only an answer holds. */
const ANSWERS: readonly (readonly [
  place: string,
  given: Given,
  answer: unknown,
  secret: string,
])[] = [
  ...[
    "privateKey",
    "mnemonic",
    "access_token",
    "password",
    "secret_key",
    "apiKey",
    "refreshToken",
    "seedPhrase",
  ]
    .map((name) => [`member ${name}`, CALL, { id: 1, result: { [name]: WORD } }, WORD] as const)
    .map(([place, body, answer, secret]) => [place, { body }, answer, secret] as const),
  [
    "an exported key",
    call("avm.exportKey", {}),
    { id: 1, result: { value: "PrivateKey-abc" } },
    "PrivateKey-abc",
  ],
  ["a dumped key", call("dumpprivkey", "x"), { id: 1, result: `0x${"4c".repeat(32)}` }, "4c4c"],
  ["a key under any name", { body: CALL }, { id: 1, result: { session: { handle: KEY } } }, KEY],
  ["a name", { body: CALL }, { id: 1, result: { [KEY]: 1 } }, KEY],
  ["bytes", { body: CALL }, { id: 1, result: { pair: BYTES } }, SOME_BYTES],
  ["bytes by their places", { body: CALL }, { id: 1, result: BY_PLACE }, `"4":${BYTES[4]}`],
  ...IN_TEXT.map(
    ([how, text, secret]) =>
      [how, { body: CALL }, { id: 1, error: { message: text } }, secret] as const,
  ),
  [
    "a URL in an error",
    { body: CALL },
    { error: { message: 'Post "https://my_node/my_api_key/": dial tcp' } },
    "my_api_key",
  ],
  ["a user in a URL", { body: CALL }, { error: { message: `https://bob:${WORD}@node/` } }, WORD],
  [
    "a query in a URL",
    { body: CALL },
    { error: { message: `http://node/rpc?auth=${WORD}` } },
    WORD,
  ],
  ["a page", get("/"), `<html>see https://node/v2/${KEY}</html>`, KEY],
  ["JSON that is cut", { body: CALL }, `{"id":1,"result":{"password":"${WORD}"`, WORD],
  [
    "an escaped value",
    { body: CALL },
    '{"id":1,"error":{"message":"\\u006b3yN1tr0aB9cD8eF7gH6"}}',
    "3yN1tr0aB9",
  ],
];

describe("nothing secret of an answer is left", () => {
  it.each(ANSWERS)("from %s", (_place, given, answer, secret) => {
    expect(redactOne({ ...given, answer }).everything).not.toContain(secret);
  });

  it("from its headers", () => {
    const clean = redactOne({
      body: CALL,
      answerHeaders: {
        Location: `https://bob:pw@h/v2/${KEY}?key=${WORD}`,
        Link: `<https://h/next?cursor=${KEY}>; rel=next`,
        "Set-Cookie": `s=${KEY}`,
        "Content-Disposition": `attachment; filename=${KEY}`,
        ETag: `"${KEY}${KEY}"`,
        Warning: `199 - "${KEY}"`,
        "X-RateLimit-Policy": KEY,
      },
    });
    expect(clean.head).not.toMatch(new RegExp(`${KEY}|${WORD}|bob`));
  });

  it("also of the operator's own URL", () => {
    const own = "https://admin:pa55@node.example/ext/bc/C/rpc/0PKEY?token=OPTOKEN12";
    expect(secretsOfUrl(own).sort()).toEqual(["0PKEY", "OPTOKEN12", "admin", "pa55"]);
    const given = redactionRules(
      { customer: [], keepHeader: [], redactQuery: [], redactJson: [], redactPattern: [] },
      [`https://node.example/v3/${KEY}x`],
    );
    const answer = {
      id: 1,
      error: { message: `no route /v3/${KEY}x, ${`${KEY}x`.toUpperCase()}` },
    };
    expect(redactOne({ body: CALL, answer }, given).response).not.toMatch(new RegExp(KEY, "i"));
  });
});

describe("what is public stays as it came, and is sent again", () => {
  const hash = "5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060";
  it.each([
    `/tx/${hash}`,
    `/api/tx/0x${hash}/status`,
    "/address/bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq/utxo",
    "/api/v2/getAddressInformation",
    "/wallet/getTransactionById",
    "/block-height/840000",
    "/extended/v1/tx/events?tx_id=0x12&limit=20&offset=0&unanchored=true",
    "/v2/accounts/SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7?proof=0&tip=latest",
    "/v2/contracts/call-read/SP000000000000000000002Q6VF78/pox-4/get-pox-info",
    "/extended/v1/tokens/nft/holdings?asset_identifiers=SP000000000000000000002Q6VF78.pox-4%3A%3Astacked",
    "/v1/names/muneeb.id",
    "/healthz",
    "/eth/v1/beacon/headers/head",
    `/v3/blocks/${hash}`,
  ])("%s", (target) => {
    const clean = redactOne(get(target));
    expect([JSON.parse(clean.head)[1], clean.unreplayable]).toEqual([target, null]);
  });

  it.each([
    "/",
    "/v2/demo",
    "/ext/bc/C/rpc",
    "/arbitrum-sepolia-2",
    "/polygonZkEvmMainnet",
    "/rpc/v0_8_1-compat-mode",
    "/ext/bc/2q9e4r6Mu3U68nU1fYjgbR6JvwrRx36CohpAX5UQxse55x1Q5/rpc",
    "/rpc/11155111",
    "/rpc?network=mainnet&x=1",
  ])("%s of JSON-RPC", (target) => {
    expect(JSON.parse(redactOne(path(target)).head)[1]).toBe(target);
  });

  it.each([
    call("account_getNonce", ADDRESS, "latest"),
    call("parity_getBlockReceipts", "latest"),
    call("eth_getLogs", { fromBlock: "0x1", address: [ADDRESS], topics: [null, [`0x${hash}`]] }),
    call("debug_traceCall", { data: `0x${"ab".repeat(5_000)}` }, "latest", {
      tracer:
        "{data: [], fault: function(log) {}, step: function(log) { this.data.push(log.op.toString()) }, result: function() { return this.data; }}",
      timeout: "10s",
    }),
    call("trace_call", {}, ["trace", "stateDiff"], "latest"),
    call("eth_subscribe", "newHeads"),
    call("eth_call", { to: ADDRESS }, "latest", {
      [ADDRESS]: { stateDiff: { [`0x${hash}`]: "0x1" } },
    }),
    call("getblock", hash, 2),
    call("scantxoutset", "start", ["addr(bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq)"]),
    call("getAccountInfo", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", {
      encoding: "base64",
      commitment: "finalized",
    }),
    call("bor_getAuthor", "0x10"),
    {
      path: "/v2/contracts/call-read/SP000000000000000000002Q6VF78/pox-4/get",
      body: { sender: "SP000000000000000000002Q6VF78", arguments: [`0x${"0c".repeat(200)}`] },
    },
    { path: "/v2/map_entry/SP000000000000000000002Q6VF78/pox-4/m", body: `"0x${"0c".repeat(90)}"` },
  ])("the body of call %#", (given) => {
    const clean = redactOne(given);
    const body = typeof given.body === "string" ? given.body : JSON.stringify(given.body);
    expect([clean.request, clean.unreplayable]).toEqual([body, null]);
  });

  it("though a header holds an ordinary word, a block tag or an address", () => {
    const body = { ...CALL, method: "eth_getBalance", params: [ADDRESS, "latest"] };
    const answer = { id: 1, error: { code: -32005, message: "too many requests" } };
    for (const headers of [
      { "user-agent": "python requests" },
      { "user-agent": "bot latest" },
      { "x-customer": "latest" },
      { "x-customer": ADDRESS },
      { cookie: `wallet=${ADDRESS}; theme=dark` },
    ]) {
      const clean = redactOne({ body, headers, answer }, rules({}, "header:x-customer"));
      expect([clean.request, clean.response, clean.unreplayable]).toEqual([
        JSON.stringify(body),
        JSON.stringify(answer),
        null,
      ]);
    }
  });

  it("of lists of numbers that are no key's bytes", () => {
    for (const list of [
      Array.from({ length: 64 }, (_, at) => at),
      [...Buffer.from('{"a text":"of a contract, by its bytes, as NEAR gives it"}')],
      Array.from({ length: 500 }, (_, at) => at % 256),
      Array.from({ length: 40 }, (_, at) => at * 1_000),
      BYTES.slice(0, 20),
      BYTES.map(() => 255),
    ]) {
      const body = { ...CALL, method: "eth_call", params: [list] };
      const answer = { id: 1, result: { list } };
      const clean = redactOne({ body, answer });
      expect([clean.request, clean.response]).toEqual([
        JSON.stringify(body),
        JSON.stringify(answer),
      ]);
    }
  });

  it("in the answers of known methods", () => {
    for (const [given, result] of [
      [call("web3_clientVersion"), "Geth/v1.17.0-unstable-8d9a2c41-20251125/linux-amd64/go1.24.2"],
      [
        call("debug_traceTransaction", "0x1"),
        { structLogs: [{ stack: [hash], storage: { [hash]: hash } }] },
      ],
      [call("eth_getProof", ADDRESS, []), { storageProof: [{ key: `0x${hash}`, value: "0x1" }] }],
      [call("getblock", hash), { tx: [hash], bits: "1702f128", merkleroot: hash }],
      [
        call("getBalance", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"),
        { owner: "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA" },
      ],
      [call("eth_call", {}, "latest"), "0x"],
    ] as const) {
      const answer = JSON.stringify({ jsonrpc: "2.0", id: 1, result });
      expect(redactOne({ ...given, answer }).response).toBe(answer);
    }
  });
});

it("takes the pointers that an option names, in a call and in each call of a batch", () => {
  const given = redactionRules({
    customer: [],
    keepHeader: [],
    redactQuery: ["ref"],
    redactJson: ["/params/*/tenant"],
    redactPattern: [],
  });
  const one = { ...CALL, method: "eth_call", params: [{ tenant: 42 }] };
  const token = TOKENS.token("red", "42");
  expect(redactOne({ body: one, path: "/?ref=latest" }, given)).toMatchObject({
    request: JSON.stringify({ ...one, params: [{ tenant: token }] }),
    head: expect.stringContaining(`/?ref=${TOKENS.token("red", "latest")}`),
  });
  expect(redactOne({ body: [one, one] }, given).request).not.toContain("42");
});
