import { createHmac } from "node:crypto";
import {
  array,
  assert,
  boolean,
  constantFrom,
  dictionary,
  json as anyJson,
  jsonValue,
  letrec,
  nat,
  oneof,
  property,
  string,
  uint8Array,
} from "fast-check";
import { describe, expect, it } from "vitest";
import { tokeniser } from "../../src/redact/tokens.ts";
import { redactor } from "../../src/redact/redact.ts";
import { productAndVersion } from "../../src/redact/credentials.ts";
import { parseCustomerSource } from "../../src/redact/rules.ts";
import { CALL, TOKENS, redactOne, rules } from "./support/redaction.ts";
import type { Given } from "./support/redaction.ts";

const SECRET = "s3cr3tCanary9876543210";
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
const jwt = (claims: object): string =>
  [{ alg: "HS256" }, claims, { s: SECRET }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");

/** Every place a credential can be, and the answer that echoes it. */
const PLACES: readonly (readonly [place: string, given: Given])[] = [
  ["an API key header", { headers: { "X-Api-Key": SECRET } }],
  ["a header nobody knows", { headers: { "X-Whatever": SECRET } }],
  ["a bearer token", { headers: { Authorization: `Bearer ${SECRET}` } }],
  ["another scheme", { headers: { Authorization: `Token ${SECRET}` } }],
  ["a bare authorization", { headers: { Authorization: SECRET } }],
  ["a proxy's authorization", { headers: { "Proxy-Authorization": `Bearer ${SECRET}` } }],
  ["a basic-auth password", { headers: { Authorization: basic("user", SECRET) } }],
  ["a basic-auth user", { headers: { Authorization: basic(SECRET, "x") } }],
  ["a cookie", { headers: { Cookie: `theme=dark; session=${SECRET}` } }],
  ["a user agent's comment", { headers: { "User-Agent": `viem/2.1 (${SECRET})` } }],
  ["the path after v2", { path: `/v2/${SECRET}` }],
  ["the path after v3", { path: `/v3/${SECRET}/` }],
  ["the first segment", { path: `/${SECRET}` }],
  ["a browser's preflight", { verb: "OPTIONS", path: `/${SECRET}`, body: undefined }],
  ["a handshake that failed", { verb: "GET", path: `/ws/${SECRET}`, body: undefined }],
  ["a key between words", { path: `/rpc/${SECRET}/mainnet` }],
  ["an encoded path key", { path: "/v2/s3cr3tCanary98%376543210" }],
  ["a query key", { path: `/?apikey=${SECRET}` }],
  ["a query token", { path: `/x?a=1&access_token=${SECRET}&b=2` }],
  ["a REST path", { verb: "GET", path: `/v2/${SECRET}/extended` }],
  ["a password field", { body: { ...CALL, params: [{ password: SECRET }] } }],
  ["a nested secret", { body: { ...CALL, params: [{ a: { private_key: { deep: [SECRET] } } }] } }],
  [
    "a pass phrase",
    {
      body: {
        ...CALL,
        method: "personal_unlockAccount",
        params: [`0x${"ab".repeat(20)}`, SECRET, 30],
      },
    },
  ],
  ["a batch", { body: [CALL, { ...CALL, method: "personal_newAccount", params: [SECRET] }] }],
  ["an absolute target", { path: `/?key=${SECRET}`, headers: { Host: SECRET } }],
];

describe("no credential is left", () => {
  it.each(PLACES)("from %s", (_place, given) => {
    const echo = {
      jsonrpc: "2.0",
      id: 1,
      error: { code: -32000, message: `no access for ${SECRET}!` },
    };
    const clean = redactOne({ body: CALL, ...given, answer: echo });
    expect(clean.everything).not.toContain(SECRET);
    expect(clean.everything).not.toContain(Buffer.from(SECRET).toString("base64").slice(0, 20));
    expect(clean.response).toBe(
      `{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no access for ${TOKENS.token("red", SECRET)}!"}}`,
    );
  });

  it("from answers that spell it otherwise", () => {
    const key = 'k"ey/with+odd&chars=1';
    const clean = redactOne({
      headers: { "X-Api-Key": key },
      body: CALL,
      answer: `> ${JSON.stringify({ a: key })} ${encodeURIComponent(key)} ${JSON.stringify(key).replaceAll("/", "\\/")} ${key}`,
      answerHeaders: { Location: `/next?key=${encodeURIComponent(key)}`, Vary: key },
    });
    const token = TOKENS.token("red", key);
    expect(clean.response).toBe(`> {"a":"${token}"} ${token} "${token}" ${token}`);
    expect(clean.head).toBe(
      `["POST","/",{"content-type":"application/json"},{"location":"/next?key=${token}","vary":"${token}"}]`,
    );
  });

  it("from bodies that are no text: of them only length and a keyed hash are known", () => {
    const body = Buffer.concat([
      Buffer.from([0xff, 0x00, 0xfe]),
      Buffer.from(SECRET),
      Buffer.from([0x80]),
    ]);
    const clean = redactOne({ headers: { "X-Api-Key": SECRET }, body, answer: body });
    expect([clean.requestBody, clean.responseBody, clean.unreplayable]).toEqual([
      null,
      null,
      "redacted-body",
    ]);
    const sha256 = TOKENS.digest(body);
    expect(clean.reduced).toEqual([
      { side: "request", bytes: body.length, sha256 },
      { side: "response", bytes: body.length, sha256 },
    ]);
  });

  it("whatever stands around it", () => {
    assert(
      property(anyJson(), string(), constantFrom(...PLACES), (json, text, [, given]) => {
        const clean = redactOne({ body: CALL, ...given, answer: `${json}${SECRET}${text}` });
        expect(clean.everything).not.toContain(SECRET);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what is not secret stays byte for byte", () => {
  it("in answers of any JSON-RPC call, and in parameters of hex, numbers and tags", () => {
    const value = oneof(
      nat(),
      boolean(),
      constantFrom(null, "latest", "finalized", "", "callTracer"),
      uint8Array({ maxLength: 400 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
    );
    const names = constantFrom("to", "data", "fromBlock", "stateDiff", `0x${"ab".repeat(32)}`);
    const { tree } = letrec((tie) => ({
      tree: oneof({ maxDepth: 4 }, value, array(tie("tree")), dictionary(names, tie("tree"))),
    }));
    assert(
      property(tree, jsonValue(), (params, result) => {
        const body = JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "eth_call",
          params: [params],
        });
        const answer = `{ "id": 1,  "result": ${JSON.stringify(result)} }\n`;
        const clean = redactOne({ body, answer });
        const hidden =
          /passw|secret|key|token|mnemonic|jwt|auth|phrase|eyJ|user|code|:\/\/|[\w+/=%~-]{10}/i.test(
            answer,
          );
        expect([clean.request, clean.unreplayable]).toEqual([body, null]);
        expect(clean.response).toEqual(hidden ? clean.response : answer);
      }),
    );
  });

  it("in REST paths full of hashes and addresses", () => {
    for (const path of [
      `/extended/v1/tx/0x${"ab".repeat(32)}?unanchored=true&limit=20`,
      "/v2/accounts/SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7?proof=0",
      "/extended/v2/blocks/height/123456/transactions",
      "/v2/contracts/call-read/SP000000000000000000002Q6VF78/pox-4/get-pox-info",
    ]) {
      expect(redactOne({ verb: "GET", path }).head).toContain(
        JSON.stringify(["GET", path]).slice(0, -1),
      );
    }
  });

  it("in headers of the allow-list, and no others", () => {
    const clean = redactOne({
      headers: {
        Accept: "*/*",
        "User-Agent": "ethers/5.7.2 (Mac; x)",
        "X-Forwarded-For": "10.0.0.1",
        Host: "h",
      },
      answerHeaders: {
        "Retry-After": "3",
        Server: "secret",
        "Access-Control-Allow-Origin": "*",
        "Set-Cookie": "a=b",
      },
    });
    expect(JSON.parse(clean.head)).toEqual([
      "POST",
      "/",
      { "content-type": "application/json", accept: "*/*", "user-agent": "ethers/5.7.2" },
      { "retry-after": "3", "access-control-allow-origin": "*" },
    ]);
  });
});

describe("customers", () => {
  const given: Given = { body: CALL };
  it.each([
    ["header:x-api-key", { ...given, headers: { "X-API-Key": "alice-key" } }, "alice-key"],
    ["path:2", { ...given, path: "/v2/alice-key" }, "alice-key"],
    ["query:k", { ...given, path: "/?k=alice-key" }, "alice-key"],
    [
      "basic",
      { ...given, headers: { Authorization: basic("alice-key", "password9") } },
      "alice-key",
    ],
    [
      "jwt:sub",
      { ...given, headers: { Authorization: `Bearer ${jwt({ sub: "alice-key" })}` } },
      "alice-key",
    ],
  ] as const)("come from %s", (source, each, value) => {
    const clean = redactOne({ ...each, answer: { who: "alice-key" } }, rules({}, source));
    const token = TOKENS.token("cus", value);
    expect(clean.customer).toBe(token);
    expect(clean.response).toBe(`{"who":"${token}"}`);
    expect(clean.everything).not.toContain("alice-key");
    expect(token).toMatch(/^cus_[0-9a-f]{16}$/);
  });

  it("have the same 16 digits as the same secret anywhere else", () => {
    const asKey = redactOne({ body: CALL, path: `/v2/${SECRET}` });
    const asCustomer = redactOne({ body: CALL, path: `/v2/${SECRET}` }, rules({}, "path:2"));
    expect(/red_([0-9a-f]{16})/.exec(asKey.head)?.[1]).toBe(asCustomer.customer?.slice(4));
  });

  it("of a JWT are a claim, never the token", () => {
    const token = jwt({ sub: "bob" });
    const clean = redactOne(
      { body: CALL, headers: { Authorization: `Bearer ${token}` }, answer: { token } },
      rules({}, "jwt:sub"),
    );
    expect(clean.customer).toBe(TOKENS.token("cus", "bob"));
    expect(clean.response).toBe(`{"token":"${TOKENS.token("red", token)}"}`);
  });

  it.each(["", "header", "header:", "cookie:x", "path:0", "path:x", "basic:x", "jwt:"])(
    "can't come from %j",
    (text) => {
      expect(parseCustomerSource(text)).toBeUndefined();
    },
  );
});

describe("configured rules", () => {
  it("hide JSON paths in requests and answers", () => {
    const clean = redactOne(
      {
        body: { ...CALL, params: [{ tenant: 42, to: "0x1" }] },
        answer: { result: { tenant: "abc", n: 1 } },
      },
      rules({ jsonPaths: ["/params/*/tenant", "/result/tenant"] }),
    );
    expect(clean.request).toContain(`{"tenant":"${TOKENS.token("red", "42")}","to":"0x1"}`);
    expect(clean.response).toBe(`{"result":{"tenant":"${TOKENS.token("red", "abc")}","n":1}}`);
    expect(clean.unreplayable).toBe("redacted-body");
  });

  it("hide what patterns match, in bodies, paths and kept headers", () => {
    const clean = redactOne(
      {
        body: { ...CALL, params: ["acct-123"] },
        path: "/acct-123",
        headers: { Accept: "acct-123" },
        answer: "acct-9 acct-123",
      },
      rules({ patterns: [/acct-\d+/g] }),
    );
    expect(clean.everything).not.toMatch(/acct-\d/);
    expect(clean.response).toBe(
      `${TOKENS.token("red", "acct-9")} ${TOKENS.token("red", "acct-123")}`,
    );
  });
});

describe("signed transactions", () => {
  // The first transaction of Ethereum, in block 46147.
  const raw =
    "0xf86780862d79883d2000825208945df9b87991262f6ba471f09758cde1c0fc1de734827a69801ca088ff6cf0fefd94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0a045e0aff800961cfce805daef7016b9b675c137a6a41a548f7b60a3484c06a33a";

  it("are kept as their hash, in the request and where the answer echoes them", () => {
    const clean = redactOne({
      body: { ...CALL, method: "eth_sendRawTransaction", params: [raw] },
      answer: { jsonrpc: "2.0", id: 1, error: { code: -32000, message: `invalid: ${raw}` } },
    });
    expect(clean.everything).not.toContain(raw.slice(2, 60));
    expect(clean.request).toMatch(/"params":\["0x[0-9a-f]{64}"\]/);
    expect(clean.unreplayable).toBe("writes");
    const hash = /0x[0-9a-f]{64}/.exec(clean.request)?.[0];
    expect(clean.response).toContain(`invalid: ${hash}`);
  });

  it("have the hash that the network gives them", () => {
    const clean = redactOne({
      body: { ...CALL, method: "eth_sendRawTransaction", params: [raw] },
    });
    expect(clean.request).toContain(
      "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
    );
  });

  it("are hashed in bundles, and in answers of methods that sign", () => {
    const bundle = redactOne({
      body: { ...CALL, method: "eth_sendBundle", params: [{ txs: [raw, raw] }] },
    });
    const signed = redactOne({
      body: { ...CALL, method: "eth_signTransaction", params: [{ to: "0x1" }] },
      answer: { result: { raw } },
    });
    expect(bundle.everything + signed.everything).not.toContain(raw.slice(2, 60));
    expect(signed.response).toMatch(/^\{"result":\{"raw":"0x[0-9a-f]{64}"\}\}$/);
  });

  it("of Stacks are kept as their id", () => {
    const clean = redactOne({
      path: "/v2/transactions",
      body: Buffer.from([0, 0, 0, 0, 1, 4, 0xff]),
    });
    expect(clean.request).toMatch(/^0x[0-9a-f]{64}$/);
    expect(clean.unreplayable).toBe("writes");
  });
});

it("makes tokens by HMAC-SHA-256", () => {
  for (const length of [0, 16, 63, 64, 65, 200]) {
    const key = Buffer.alloc(length, "k");
    const hmac = createHmac("sha256", key).update("a secret").digest("hex");
    expect(tokeniser(key).digest(Buffer.from("a secret"))).toBe(hmac);
    expect(tokeniser(key).token("red", "a secret")).toBe(`red_${hmac.slice(0, 16)}`);
  }
});

it("keeps product and version of a user agent", () => {
  expect(productAndVersion("ethers/5.7.2 (darwin; token=abc)")).toBe("ethers/5.7.2");
  expect(productAndVersion("Mozilla/5.0 (X11; Linux) Gecko/20100101")).toBe("Mozilla/5.0");
  expect(productAndVersion("(secret)")).toBe("");
  expect(productAndVersion("python-requests")).toBe("python-requests");
});

it.each(["%41", "aB3", "/a1", "\\\\u0041"])(
  "takes millions of %j in an answer for what they are, and does not give up",
  (unit) => {
    const { response, reduced } = redactOne({
      body: CALL,
      answer: `{"jsonrpc":"2.0","id":1,"result":{"note":"${unit.repeat(2_000_000)} ${SECRET}"}}`,
    });
    expect(reduced).toEqual([]);
    expect(response).not.toContain(SECRET);
  },
);

it("remembers a head by all that is in it but its length", () => {
  const redact = redactor(rules({}, "header:x-api-key"), TOKENS);
  const clean = (headers: readonly (readonly [string, string])[]): string => {
    const { head, customer } = redact({
      transport: "http",
      requestHead: { verb: "POST", path: "/", headers },
      requestBody: null,
      responseHead: null,
      responseBody: null,
      isEvent: false,
    });
    return `${customer} ${head}`;
  };
  const one = clean([
    ["X-Api-Key", "k3yN1tr0aB9cD8eF7gH6"],
    ["Content-Length", "10"],
  ]);
  const longer = clean([
    ["X-Api-Key", "k3yN1tr0aB9cD8eF7gH6"],
    ["Content-Length", "11"],
  ]);
  const other = clean([
    ["X-Api-Key", "zQ81mmPx02LrT6vKd4Ws"],
    ["Content-Length", "10"],
  ]);
  const split = clean([["X-Api-Key", "k3yN1tr0aB9cD8eF7gH6\n14 2 Content-Length10"]]);
  expect(longer).toBe(one);
  expect(new Set([one, other, split]).size).toBe(3);
});
