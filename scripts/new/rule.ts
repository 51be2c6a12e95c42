import { SEVERITIES } from "../../src/model/kinds.ts";
import { identifier, withImport, type Piece } from "./piece.ts";

/** A kind of difference: its name among the kinds, its data file, its place in the order of rules. */
export const rule: Piece = {
  kind: "rule",
  usage: `rule NAME ${SEVERITIES.join("|")}`,
  make(name, [severity = "risky"]) {
    const own = identifier(name);
    return {
      files: { [`src/classify/rules/${name}.ts`]: ruleFile(name, own, severity) },
      edits: [
        {
          file: "src/model/kinds.ts",
          change: (text) =>
            text.replace(
              new RegExp(`(\\n  ${severity}: \\[)([^\\]]*?)(,?\\s*)\\]`),
              `$1$2, "${name}"$3]`,
            ),
        },
        {
          file: "src/classify/rules/index.ts",
          // Before the last: `value-changed` takes whatever no other rule has taken.
          change: (text) =>
            withImport(text, `import { ${own} } from "./${name}.ts";`).replace(
              "\n  valueChanged,\n];",
              `\n  ${own},\n  valueChanged,\n];`,
            ),
        },
      ],
      next: [
        `say in src/classify/rules/${name}.ts what it sees, whom it breaks, and which facts it matches`,
        "give it its place in src/classify/rules/index.ts: the first rule that matches names a fact",
        "npm run format && npm run docs && npx vitest run test/classify/rules.test.ts",
      ],
    };
  },
};

function ruleFile(name: string, own: string, severity: string): string {
  return `import type { Rule } from "./rule.ts";

export const ${own}: Rule = {
  id: "${name}",
  severity: "${severity}",
  title: "What happened, as a plain clause",
  why: "Why an operator should care.",
  sees: "What a customer sees, in words that can be pasted to one.",
  breaks: [{ library: "any", code: "receipt.gasUsed", result: "what happens on the candidate" }],
  write: { text: "What works on both versions.", code: "const gasUsed = receipt.gasUsed;" },
  examples: [
    {
      request: { method: "eth_getTransactionReceipt", params: ["0x1a"] },
      old: { result: { gasUsed: "0x5208" } },
      candidate: { result: { gasUsed: "0x5209" } },
      path: "/result/gasUsed",
    },
  ],
  matches: (fact) => fact.type === "changed" && fact.path.endsWith("/gasUsed"),
};
`;
}
