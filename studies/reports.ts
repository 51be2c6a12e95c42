import { readReports, tellOf, type Told } from "./support/reports.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const FILES = ["rpc.jsonl", "more.jsonl", "kinds.jsonl", "public.jsonl"];

/** Whether the verdict is the expected one, and one of the expected kinds is among the findings. */
export function isRight({ report, verdict, findings }: Told): boolean {
  const { kinds, gate } = report.expected;
  const named = kinds.length === 0 || findings.some((line) => kinds.includes(line.split(" ")[1]!));
  return verdict === gate && named;
}

export const study = {
  name: "reports",
  summary:
    "pairs rebuilt from public reports: what is found, and whether the gate says what the report deserves",
  async run(): Promise<void> {
    const lines = [
      "# Pairs from public reports",
      "",
      provenance("npm run study reports"),
      "",
      "Each pair of `test/fixtures/reports/` alone through `compare` and `gate`, with `limits: {}` and `require` lowered to nothing.",
      "",
      "Two of `rpc.jsonl` (`control:bitcoin-warming-up`, `control:solana-node-behind`) were first expected to pass: the pair is uncomparable and no finding, as was asked, but a run of it alone compared nothing, and no data never passes. Their `gate` is therefore `inconclusive` here.",
      "",
      "The expectations of `kinds.jsonl` and `public.jsonl` were written before the pairs were tried. At the first try 111 of the 115 of `public.jsonl` and 23 of the last 24 of `kinds.jsonl` came out so; the others were mended in kind.",
    ];
    for (const file of FILES) {
      const told: Told[] = [];
      for (const item of readReports(new URL(`../test/fixtures/reports/${file}`, import.meta.url)))
        told.push(await tellOf(item));
      const right = told.filter(isRight);
      lines.push("", `## ${file}: ${right.length} of ${told.length} as expected`, "");
      lines.push("| pair | expected | gate | findings |", "| --- | --- | --- | --- |");
      for (const { report, verdict, findings } of told)
        lines.push(
          `| [${report.name}](${/https?:\S+/.exec(report.source)?.[0] ?? "#"}) | ${report.expected.gate} | ${verdict} | ${findings.join("<br>").replaceAll("|", "\\|") || "–"} |`,
        );
    }
    writeEvidence("reports", lines);
  },
};
