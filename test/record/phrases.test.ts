import { describe, expect, it } from "vitest";
import { withoutPhrases } from "../../src/redact/mnemonic.ts";
import { redactOne } from "./support/redaction.ts";

const PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const hide = (): string => "[hidden]";

describe("phrases of wallets", () => {
  it.each([
    [`use: ${PHRASE}, then stop`, "[hidden] stop"],
    [`it is: ${PHRASE}.`, "it is: [hidden]."],
    [`${PHRASE}\n${PHRASE}`, "[hidden]"],
    [PHRASE.toUpperCase(), "[hidden]"],
    [PHRASE.split(" ").join('", "'), "[hidden]"],
    [PHRASE.split(" ").join("\\n"), "[hidden]"],
    [
      PHRASE.split(" ")
        .map((word, index) => `${index + 1}) ${word}`)
        .join("\n"),
      "1) [hidden]",
    ],
  ])("%j becomes %j", (text, clean) => {
    expect(withoutPhrases(text, hide)).toBe(clean);
  });

  it.each([
    "insufficient funds for gas * price + value: address 0x1 have 0 want 1 (supplied gas 2)",
    "the method eth_foo does not exist or is not available, check the list of modules",
    PHRASE.split(" ").slice(0, 11).join(" "),
    // A word of another list between them.
    `${PHRASE.split(" ").slice(0, 6).join(" ")} acabar ${PHRASE.split(" ").slice(6).join(" ")}`,
    PHRASE.split(" ").join("1 1"),
    PHRASE.split(" ").join(" ".repeat(20)),
  ])("%j stays", (text) => {
    expect(withoutPhrases(text, hide)).toBe(text);
  });

  it("are found where each word is a value of its own, and nothing else of the answer goes", () => {
    const words = PHRASE.split(" ");
    const { response } = redactOne({
      body: { jsonrpc: "2.0", id: 1, method: "eth_call", params: [] },
      answer: { jsonrpc: "2.0", id: 1, result: { before: "latest", handle: words, after: "0x1" } },
    });
    expect(response).not.toContain("winner");
    expect(response).toMatch(
      /"before":"latest","handle":\["red_\w{16}"(?:,"red_\w{16}"){11}\],"after":"0x1"/,
    );
  });
});
