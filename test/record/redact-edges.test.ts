import { describe, expect, it } from "vitest";
import { CHAINS } from "../../src/chains/index.ts";
import { grammarOf, sendsTransaction, signsTransaction } from "../../src/redact/methods.ts";
import { redactionRules } from "../../src/redact/options.ts";
import { secretsOf } from "../../src/redact/secrets.ts";
import { TOKENS, redactOne } from "./support/redaction.ts";

const OPTIONS = {
  customer: [],
  keepHeader: [],
  redactQuery: [],
  redactJson: [],
  redactPattern: [],
};
const call = (params: unknown): object => ({ jsonrpc: "2.0", id: 1, method: "eth_call", params });

describe("--redact-json hides", () => {
  it.each([
    ["/params/*/tenant", call([{ tenant: "0x01" }]), call([{ other: "0x01" }])],
    ["/params/0/tenant", call([{ tenant: "0x01" }]), call(["0x02", { tenant: "0x01" }])],
    ["/params/0/a~1b", call([{ "a/b": "0x01" }]), call([{ a: "0x01" }])],
    ["/params/0/a~0b", call([{ "a~b": "0x01" }]), call([{ "a/b": "0x01" }])],
    ["/params/1", call(["0x02", "0x01"]), call(["0x01", "0x02"])],
    ["/params/0", call([{ deep: ["0x01"] }]), call(["0x02", ["0x01"]])],
    ["/params/0/count", call([{ count: 12345 }]), call([{ other: 12345 }])],
    // In a batch it counts from each call, too.
    ["/params/0", [call(["0x01"])], [call(["0x02", "0x01"])]],
    ["/0/params/0", [call(["0x01"])], [call(["0x02"]), call(["0x01"])]],
  ])("%s: what it points at, and nothing else", (pointer, at, beside) => {
    const rules = redactionRules({ ...OPTIONS, redactJson: [pointer] });
    expect(rules.jsonPaths).toEqual([pointer]);
    const hidden = redactOne({ body: at }, rules);
    expect(hidden.request).not.toMatch(/"0x01"|12345/);
    expect(hidden.unreplayable).toBe("redacted-body");
    const left = redactOne({ body: beside }, rules);
    expect(left.request).toMatch(/"0x01"|12345/);
  });

  it("the same place of an answer", () => {
    const rules = redactionRules({ ...OPTIONS, redactJson: ["/result/owner"] });
    const answer = { jsonrpc: "2.0", id: 1, result: { owner: "0x01", other: "0x01" } };
    expect(redactOne({ body: call([]), answer }, rules).response).toMatch(
      /"owner":"red_\w{16}","other":"0x01"/,
    );
    expect(redactOne({ body: [call([])], answer: [answer] }, rules).response).toMatch(
      /"owner":"red_\w{16}","other":"0x01"/,
    );
  });
});

function asked(path: string): { path: string; isLost: boolean } {
  const { head, unreplayable } = redactOne({ verb: "GET", path });
  const [, clean] = JSON.parse(head) as [string, string];
  return { path: clean, isLost: unreplayable === "redacted-body" };
}

describe("of a REST path", () => {
  const hash = "ab".repeat(32);
  it.each([
    "/rpc",
    "/api",
    "/v1",
    "/keys",
    "/token",
    "/auth",
    "/user",
    "/app",
    "/mainnet",
    "/ws",
    "",
  ])("32 bytes behind %s/ may be a key", (before) => {
    expect(asked(`${before}/${hash}`)).toEqual({
      path: expect.stringMatching(/\/red_[0-9a-f]{16}$/),
      isLost: true,
    });
  });

  it.each([
    `/tx/${hash}`,
    `/extended/v1/tx/0x${hash}`,
    `/block/${hash}`,
    `/blocks/${hash}/txs`,
    "/address/bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "/block-height/812345",
    "/api/v2/getAddressInformation",
    "/wallet/getTransactionById",
  ])("%s stays, and can be asked again", (path) => {
    expect(asked(path)).toEqual({ path, isLost: false });
  });
});

it("takes the longest secret first, so that one within another does not cut it", () => {
  const [short, long] = ["k3yN1tr0aB9cD8eF7gH6", "k3yN1tr0aB9cD8eF7gH6xQ2wZ5"];
  for (const found of [
    [short, long],
    [long, short],
  ]) {
    const secrets = secretsOf(found, null, TOKENS);
    const clean = `a ${TOKENS.token("red", long)} b ${TOKENS.token("red", short)}`;
    expect(secrets.within(`a ${long} b ${short}`)).toBe(clean);
    expect(secrets.withinBytes(`a ${long} b ${short}`, "answer")).toBe(clean);
    expect(secrets.withinBytes(`a ${long} b ${short}`, "request")).toBe(clean);
  }
});

it.each([0, 1, 2, 3, 4, 5])(
  "a key is found in the Base64 of a longer text, %i bytes in",
  (before) => {
    for (let length = 20; length < 24; length += 1) {
      const key = "kQ7vB2xN9mT4sR8wZ1cJ5hL6".slice(0, length);
      const secrets = secretsOf([key], null, TOKENS);
      for (const alphabet of ["base64", "base64url"] as const) {
        const text = Buffer.from(`${"POST /v3/".slice(0, before)}${key} HTTP/1.1`).toString(
          alphabet,
        );
        const clean = secrets.within(`sent: ${text}`);
        const left = clean.replace(TOKENS.token("red", key), "").replace("sent: ", "");
        // What is left are the digits of the neighbours, and at most two that they share with the key.
        expect(clean).toContain(TOKENS.token("red", key));
        expect(Buffer.from(left, "base64").toString("latin1")).not.toContain(key.slice(2, 8));
        expect(left.length).toBeLessThan(text.length - Math.floor((length * 4) / 3) + 4);
      }
    }
  },
);

describe("by its name a method", () => {
  it.each([
    ["eth_call", "ethereum"],
    ["debug_traceTransaction", "ethereum"],
    ["getblock", "bitcoin"],
    ["getAccountInfo", "solana"],
    ["eth_sendRawTransaction", "sends"],
    ["eea_sendRawTransaction", "sends"],
    ["author_submitExtrinsic", "sends"],
    ["sendrawtransaction", "sends"],
    ["mev_sendBundle", "sends"],
    ["broadcast_tx_sync", "sends"],
    ["eth_sendTransaction", "keys"],
    ["personal_unlockAccount", "keys"],
    ["walletpassphrase", "keys"],
    ["dumpprivkey", "keys"],
    ["eth_signTransaction", "keys"],
    ["foo_bar", "strict"],
    ["m".repeat(101), "strict"],
  ])("%s is read as %s", (method, grammar) => {
    expect(grammarOf(method)).toBe(grammar);
  });

  it("is read by its chain only where it writes, sends and signs nothing", () => {
    const names = CHAINS.flatMap(({ methods }) => Object.entries(methods));
    expect(names.length).toBeGreaterThan(300);
    const odd = names.filter(([method, { writes }]) => {
      if (/[/ ]/.test(method)) return false;
      const grammar = grammarOf(method);
      const isOfChain = ["ethereum", "bitcoin", "solana", "stacks"].includes(grammar);
      const isDangerous = writes || signsTransaction(method);
      return (isDangerous && isOfChain) || (grammar === "sends" && !sendsTransaction(method));
    });
    expect(odd).toEqual([]);
  });
});
