import { identifier, inList, withImport, type Piece } from "./piece.ts";

/** A format that a report is rendered to. */
export const format: Piece = {
  kind: "format",
  usage: "format NAME",
  make(name) {
    const own = identifier(name);
    return {
      files: { [`src/report/formats/${name}.ts`]: formatFile(name, own) },
      edits: [
        {
          file: "src/report/formats/format.ts",
          change: (text) => inList(text, "FORMAT_NAMES = [", `"${name}"`),
        },
        {
          file: "src/report/formats/index.ts",
          change: (text) =>
            inList(
              withImport(text, `import { ${own} } from "./${name}.ts";`),
              "FORMATS: readonly Format[] = [",
              own,
            ),
        },
      ],
      next: [
        `render the view in src/report/formats/${name}.ts: every value is hostile, escape what the format wants escaped`,
        "npm run format && npm run docs, and a test beside test/report/formats.test.ts",
        "name the format in docs/guides/report.md",
      ],
    };
  },
};

function formatFile(name: string, own: string): string {
  return `import type { Format } from "./format.ts";

/** One line a finding. */
export const ${own}: Format = {
  name: "${name}",
  render: ({ judged }) => [
    {
      name: "findings.${name}",
      text: judged.findings.map(({ fingerprint, kind }) => \`\${fingerprint} \${kind}\\n\`).join(""),
    },
  ],
};
`;
}
