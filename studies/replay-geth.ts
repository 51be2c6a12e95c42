import path from "node:path";
import type { JudgedRun } from "../src/model/judged.ts";
import { runCli } from "../test/support/cli.ts";
import {
  breaks,
  openWorkshop,
  provenance,
  uncomparables,
  writeEvidence,
} from "./support/replaying.ts";

const RUNS = 5;

/** What five runs must agree on: every group that is not flaky alone, by fingerprint and calls. */
function essence({ facts }: JudgedRun): string {
  return facts.groups
    .filter(({ confidence }) => confidence.confirmed + confidence.probable > 0)
    .map(({ fingerprint, kind, method, path: place, calls }) =>
      [fingerprint, kind, method, place, calls].join(" "),
    )
    .sort()
    .join("\n");
}

export const study = {
  name: "replay-geth",
  summary:
    "real Geth of two versions: args are the old URL, the candidate URL and a folder of .io files",
  async run([old = "", candidate = "", requests = ""]: readonly string[]): Promise<void> {
    const workshop = openWorkshop();
    try {
      const recording = path.join(workshop.folder, "requests.sqlite");
      const imported = await runCli(["import", requests, "--out", recording]);
      if (imported.code !== 0) throw new Error(imported.stderr);
      const against: JudgedRun[] = [];
      const itself: JudgedRun[] = [];
      for (let run = 0; run < RUNS; run++) {
        const words = [recording, "--old", old, "--candidate"];
        against.push(await workshop.replay(`against-${run}`, [...words, candidate]));
        itself.push(await workshop.replay(`itself-${run}`, [...words, old]));
      }
      const [first] = against;
      const [self] = itself;
      if (first === undefined || self === undefined) return;
      const { header, counts } = first.facts;
      const same = new Set(against.map(essence)).size === 1;
      writeEvidence("replay-geth-io", [
        "# Two versions of Geth, live",
        "",
        provenance("npm run study replay-geth OLD CANDIDATE FOLDER"),
        "",
        `${header.old[0]?.clientVersion ?? "?"} against ${header.candidate[0]?.clientVersion ?? "?"}, the requests of ethereum/execution-apis (CC0) on its test chain, ${RUNS} runs.`,
        "",
        `- calls ${counts.calls}: same ${counts.same}, different ${counts.different}, skipped ${counts.skipped}, uncomparable ${uncomparables(first)}`,
        `- the same findings in all ${RUNS} runs, flaky ones aside: **${same}**`,
        `- old against itself: findings in the ${RUNS} runs ${itself.map(({ findings }) => findings.length).join(", ")}; same ${self.facts.counts.same} of ${self.facts.counts.compared}`,
        "- Geth's message `account … is not a precompile` names an account by the order of a map, another one from ask to ask: where the control happens to agree, it shows as flaky",
        ...itself.flatMap(breaks).map((text) => `  - ${text}`),
        "- breaking and risky findings against the candidate:",
        ...breaks(first).map((text) => `  - ${text}`),
        "- others:",
        ...first.findings
          .filter(({ severity }) => severity === "info")
          .map(
            ({ kind, method, path: place, calls }) =>
              `  - ${kind} ${method} ${place} (${calls} calls)`,
          ),
      ]);
      if (!same) process.exitCode = 1;
    } finally {
      workshop.close();
    }
  },
};
