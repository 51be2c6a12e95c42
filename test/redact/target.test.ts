import { describe, expect, test } from "vitest";
import { parseCustomerSource } from "../../src/redact/rules.ts";
import { redactionRules } from "../../src/redact/options.ts";
import { cleanTarget, cleanUrl, secretsOfUrl } from "../../src/redact/target.ts";

const KEY = "k3yN1tr0aB9cD8eF7gH6";
const ADDRESS = "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7";
const HASH = "ab".repeat(32);

function clean(target: string, wire: "json-rpc" | "rest", secret = "no such text"): string {
  const { target: made, lost } = cleanTarget(
    target,
    wire,
    (text) => `<${text}>`,
    (text) => text === secret,
    ["tenant"],
  );
  return `${made}${lost ? " lost" : ""}`;
}

describe("of a JSON-RPC target", () => {
  test.each([
    ["/", "/"],
    ["", "/"],
    ["*", "*"],
    ["/v3/eth/mainnet", "/v3/eth/mainnet"],
    [`/v3/${KEY}`, `/v3/<${KEY}>`],
    [`/${HASH}`, `/<${HASH}>`],
    // The id of a chain of Avalanche.
    [
      "/ext/bc/2q9e4r6Mu3U68nU1fYjgbR6JvwrRx36CohpAX5UQxse55x1Q5/rpc",
      "/ext/bc/2q9e4r6Mu3U68nU1fYjgbR6JvwrRx36CohpAX5UQxse55x1Q5/rpc",
    ],
    [`/${ADDRESS}`, `/<${ADDRESS}>`],
    ["/1234567890", "/1234567890"],
    ["/12345678901", "/<12345678901>"],
    ["/a%2Fb%20c9z", "/<a/b c9z>"],
    ["/%zz9", "/<%zz9>"],
    [`http://user:pass@host:1/v2/${KEY}`, `/v2/<${KEY}>`],
    ["http://host", "/"],
    ["/rpc#k3y", "/rpc"],
    ["nobody99x/rpc", "<nobody99x>/rpc"],
    ["rpc", "<rpc>"],
    ["/?chain=mainnet", "/?chain=mainnet"],
    ["/?block=12", "/?block=12"],
    [`/?block=0x${HASH}`, `/?block=<0x${HASH}>`],
    [`/?apikey=${KEY}`, `/?apikey=<${KEY}>`],
    ["/?tenant=main", "/?tenant=<main>"],
    ["/?TENANT=main", "/?TENANT=<main>"],
    ["/?token=12", "/?token=<12>"],
    ["/?flag", "/?flag"],
    [`/?${KEY}`, `/?<${KEY}>`],
    [`/?${KEY}=1`, `/?<${KEY}>=1`],
    ["/?n=", "/?n="],
    ["/?=main", "/?=main"],
    ["/?a=1&b=zzqx9", "/?a=1&b=<zzqx9>"],
  ])("%s stays %s", (target, made) => {
    expect(clean(target, "json-rpc")).toBe(made);
  });
});

describe("of a REST target", () => {
  test.each([
    ["/v2/info", "/v2/info"],
    [`/v2/${KEY}/info`, `/v2/<${KEY}>/info lost`],
    [`/extended/v1/tx/0x${HASH}`, `/extended/v1/tx/0x${HASH}`],
    // Behind a version or `api` a provider's key has its place.
    [`/v2/0x${HASH}`, `/v2/<0x${HASH}> lost`],
    [`/v2/accounts/${ADDRESS}`, `/v2/accounts/${ADDRESS}`],
    [`/${ADDRESS}/my-contract/get-it`, `/${ADDRESS}/my-contract/get-it`],
    [`/x/${ADDRESS}/a/b/zzqx-name/c`, `/x/${ADDRESS}/a/b/zzqx-name/c`],
    [`/${ADDRESS}/a/b/c/zzqxname`, `/${ADDRESS}/a/b/c/<zzqxname> lost`],
    [`/${ADDRESS}/my-contract::7`, `/${ADDRESS}/my-contract::7`],
    ["/v1/names/alice.btc", "/v1/names/alice.btc"],
    [`/v1/names/${KEY}`, `/v1/names/<${KEY}> lost`],
    [`/zonefile/${"a1".repeat(20)}`, `/zonefile/${"a1".repeat(20)}`],
    ["/zonefile/zzqxname", "/zonefile/<zzqxname> lost"],
    ["/blocks/2024-01-31", "/blocks/2024-01-31"],
    [`/?tx=${HASH}`, `/?tx=${HASH}`],
    [`/?x=${HASH}`, `/?x=<${HASH}> lost`],
    [`/?tx=${HASH},${HASH}`, `/?tx=${HASH},${HASH}`],
    [`/?tx=${HASH},zzqx9`, `/?tx=<${HASH},zzqx9> lost`],
    [`/?ids=1, ${ADDRESS}.c::coin`, `/?ids=1, ${ADDRESS}.c::coin`],
    // Who asks is no part of the question, what is asked is.
    ["/?api-key=zzqx", "/?api-key=<zzqx>"],
    ["/?x-amz-date=zzqx9", "/?x-amz-date=<zzqx9>"],
    ["/?tenant=zzqx", "/?tenant=<zzqx>"],
    ["/?n=zzqx9", "/?n=<zzqx9> lost"],
    [`/?token=${ADDRESS}`, `/?token=${ADDRESS}`],
    ["/?key=zzqx9", "/?key=<zzqx9>"],
    ["/?login=main", "/?login=<main> lost"],
  ])("%s stays %s", (target, made) => {
    expect(clean(target, "rest")).toBe(made);
  });

  test("what the head gave away goes wherever it is, and only then is the question lost", () => {
    expect(clean("/v2/info", "rest", "info")).toBe("/v2/<info> lost");
    expect(clean("/v2?n=main", "rest", "main")).toBe("/v2?n=<main> lost");
    expect(clean("/v2?user=main", "rest", "main")).toBe("/v2?user=<main>");
    expect(clean("/v2?main", "rest", "main")).toBe("/v2?<main> lost");
    expect(clean("/v2?main=1", "rest", "main")).toBe("/v2?<main>=1 lost");
    expect(clean("/v2?a=b+c", "rest", "b c")).toBe("/v2?a=<b c> lost");
    expect(clean("/v2?a=b+c", "rest", "b+c")).toBe("/v2?a=<b c> lost");
    expect(clean("/m%61in", "rest", "main")).toBe("/<main> lost");
    expect(clean("/m%61in", "rest", "m%61in")).toBe("/<main> lost");
  });
});

describe("a node's own URL", () => {
  test.each([
    ["http://127.0.0.1:8545", []],
    ["https://u:p%40ss@node.example/v2/main", ["u", "p@ss"]],
    [`https://node.example/v2/${KEY}?apikey=zzqx&chain=mainnet`, [KEY, "zzqx"]],
    [`wss://${KEY.toLowerCase()}.node.example/`, [KEY.toLowerCase()]],
    ["not a url", []],
  ])("%s has the secrets %j", (url, secrets) => {
    expect(secretsOfUrl(url)).toEqual(secrets);
  });
});

describe("a URL in a text", () => {
  test.each([
    ["http://host/", "http://host/"],
    ["http://host", "http://host"],
    ["http://u:p@host", "http://<u:p>@host"],
    [`https://host/v2/${KEY}.`, `https://host/v2/<${KEY}>.`],
    [`https://host/v2/${KEY}?a=1...`, `https://host/v2/<${KEY}>?a=1...`],
    [`https://${KEY}.host:1/rpc`, `https://<${KEY}>.host:1/rpc`],
    ["https://known.host/rpc", "https://<known>.host/rpc"],
  ])("%s becomes %s", (url, made) => {
    expect(
      cleanUrl(
        url,
        (text) => `<${text}>`,
        (text) => text === "known",
      ),
    ).toBe(made);
  });
});

describe("who sent it is told by", () => {
  test.each([
    ["header:X-Key", { from: "header", name: "x-key" }],
    ["query:apiKey", { from: "query", name: "apiKey" }],
    ["jwt:sub", { from: "jwt", claim: "sub" }],
    ["basic", { from: "basic" }],
    ["path:1", { from: "path", segment: 1 }],
    ["path:99", { from: "path", segment: 99 }],
    ["header:a:b", { from: "header", name: "a:b" }],
  ])("%s", (text, source) => {
    expect(parseCustomerSource(text)).toEqual(source);
  });

  test.each(["", "header", "header:", "basic:x", "path:0", "path:100", "path:x", "ip:1", "jwt"])(
    "never by %j",
    (text) => {
      expect(parseCustomerSource(text)).toBeUndefined();
    },
  );
});

describe("the options of redaction", () => {
  const NONE = { customer: [], keepHeader: [], redactQuery: [], redactJson: [], redactPattern: [] };

  test("become rules, names in lower case, with the node's own secrets", () => {
    const rules = redactionRules(
      {
        customer: ["header:X-Key"],
        keepHeader: ["X-Trace"],
        redactQuery: ["Tenant"],
        redactJson: ["/params/0"],
        redactPattern: ["a+"],
      },
      [`http://host/${KEY}`, "http://u@host"],
    );
    expect(rules).toEqual({
      customer: [{ from: "header", name: "x-key" }],
      keepHeaders: ["x-trace"],
      secretQuery: ["tenant"],
      jsonPaths: ["/params/0"],
      patterns: [/a+/g],
      ownSecrets: [KEY, "u"],
    });
    expect(redactionRules(NONE).ownSecrets).toEqual([]);
  });

  test.each([
    [{ customer: ["basic", "ip"] }, "--customer ip is not understood"],
    [{ redactJson: ["params"] }, "--redact-json params is no JSON pointer"],
    [{ redactPattern: ["("] }, "--redact-pattern ( is no regular expression"],
  ])("%j is refused by name", (options, words) => {
    expect(() => redactionRules({ ...NONE, ...options })).toThrow(words);
  });
});
