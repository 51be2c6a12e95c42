import { SEVERITIES } from "../../src/model/kinds.ts";
import { identifier, inList, inTable, withImport, type Piece } from "./piece.ts";

/** A kind of difference: its name among the kinds, its data file, its place in the order of rules, and what is said of it. */
export const rule: Piece = {
  kind: "rule",
  usage: `rule NAME ${SEVERITIES.join("|")}`,
  make(name, [severity = "risky"]) {
    const own = identifier(name);
    return {
      files: {
        [`src/classify/rules/${name}.ts`]: ruleFile(name, own, severity),
        [`src/classify/advice/${name}.ts`]: adviceFile(own),
      },
      edits: [
        {
          file: "src/model/kinds.ts",
          change: (text) => inList(text, `\n  ${severity}: [`, `"${name}"`),
        },
        {
          file: "src/classify/rules/index.ts",
          // Before the last: `value-changed` takes whatever no other rule has taken.
          change: (text) =>
            inList(
              withImport(text, `import { ${own} } from "./${name}.ts";`),
              "RULES: readonly Rule[] = [",
              own,
              "valueChanged",
            ),
        },
        {
          file: "src/classify/advice/index.ts",
          change: (text) =>
            inTable(
              withImport(text, `import { ${own} } from "./${name}.ts";`),
              "TEMPLATES: ",
              `  "${name}": ${own},`,
            ),
        },
        {
          file: "src/judge/title.ts",
          change: (text) =>
            inTable(
              text,
              "PHRASES: ",
              `  "${name}": ({ field, example }) => \`\${field} changed\${example}\`,`,
            ),
        },
        {
          file: "src/notice/compose/sentence.ts",
          change: (text) =>
            inTable(
              text,
              "FORMS: ",
              `  "${name}": ({ m, field, isNow }) => \`\${field} in \${m} changes\${isNow}.\`,`,
            ),
        },
      ],
      next: [
        `say in src/classify/rules/${name}.ts what it sees, whom it breaks, and which facts it matches`,
        `say in src/classify/advice/${name}.ts what a customer should do, at the place where it was found`,
        "say it in a title (src/judge/title.ts) and in a notice (src/notice/compose/sentence.ts)",
        "give it its place in src/classify/rules/index.ts: the first rule that matches names a fact",
        "npm run format && npm run docs && npx vitest run test/classify test/notice",
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

function adviceFile(own: string): string {
  return `import { fieldCode } from "./fields.ts";
import { fieldWords, methodWords } from "./place.ts";
import type { Template } from "./words.ts";

export const ${own}: Template = (place) => ({
  why: "Why an operator should care, at this place.",
  sees: \`\${fieldWords(place)} changes in the answer of \${methodWords(place)}.\`,
  condition: \`reads \${fieldCode(place)}\`,
  action: "What works on both versions.",
  search: place.field,
  logs: place.method,
});
`;
}
