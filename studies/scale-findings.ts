import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { openRunStore } from "../src/runs/store.ts";
import { mergeRuns } from "../src/stages/merge.ts";
import { comparisonOf, pairOf, same } from "../test/support/comparison.ts";
import { UPGRADE_FILE } from "../test/notice/build.ts";
import { buildFacts } from "../test/support/facts.ts";
import { openWorkshop, provenance, writeEvidence } from "./support/replaying.ts";

const CALLS = 10_000_000;
const SHARDS = 8;
const CUSTOMERS = 5_000;
const FINDINGS = 3_000;
/** One call in this many differs. */
const DIFFERS = 50;
const METHODS = 60;

const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");

function customerOf(call: number): string {
  return `cus_${((call * 7_919) % CUSTOMERS).toString(16).padStart(16, "0")}`;
}

function storeShard(folder: string, index: number): void {
  const { header } = buildFacts([]);
  const now = new Date();
  const store = openRunStore(folder, {
    ...header,
    id: `shard-${index}`,
    createdAt: now.toISOString(),
    parts: [{ work: "w", contents: ["c"], shards: [index], of: SHARDS, plan: "p" }],
  });
  const at = now.getTime() - 3_600_000;
  const each = CALLS / SHARDS;
  for (let call = index * each; call < (index + 1) * each; call += 1) {
    const key = `mainnet:${call}`;
    const method = `eth_method${call % METHODS}`;
    const customer = customerOf(call);
    if (call % DIFFERS !== 0) {
      store.add({
        key,
        sends: 3,
        comparisons: [{ ...same(`${key}:0`), method, customer, at }],
      });
      continue;
    }
    const finding = (call / DIFFERS) % FINDINGS;
    const pattern = `/result/field${finding}`;
    const pairId = `${key}:0`;
    store.add({
      key,
      sends: 13,
      comparisons: [
        comparisonOf({
          pairId,
          method: `eth_method${finding % METHODS}`,
          customer,
          at,
          differences: [
            { kind: "value-changed", path: pattern, pattern, old: `0x${call}`, candidate: "0x0" },
          ],
          pair: pairOf({ id: pairId, customer }),
        }),
      ],
    });
  }
  store.finish(null, now);
  store.close();
}

interface Measured {
  readonly code: number | null;
  readonly seconds: number;
  readonly memoryMb: number;
}

/** The program as a process of its own, with the most resident memory that it had. */
function measured(cwd: string, words: readonly string[]): Measured {
  const script = `process.on("exit", () => process.stderr.write("\\nVmHWM " + /VmHWM:\\s+(\\d+)/.exec(require("fs").readFileSync("/proc/self/status", "utf8"))[1]));`;
  const hook = path.join(cwd, "hook.cjs");
  writeFileSync(hook, script);
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--require", hook, MAIN, ...words], {
    cwd,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  return {
    code: status,
    seconds: (performance.now() - started) / 1_000,
    memoryMb: Number(/VmHWM (\d+)/.exec(stderr)?.[1] ?? 0) / 1_000,
  };
}

export const study = {
  name: "scale-findings",
  summary: "merge, gate, report and notices of 10,000,000 calls, 5,000 customers, 3,000 findings",
  run(): Promise<void> {
    const workshop = openWorkshop();
    const { folder } = workshop;
    try {
      const shards = Array.from({ length: SHARDS }, (_, index) => path.join(folder, `s${index}`));
      for (const [index, shard] of shards.entries()) storeShard(shard, index);
      const started = performance.now();
      mergeRuns({ runs: shards, out: path.join(folder, "whole") });
      const merged = (performance.now() - started) / 1_000;
      writeFileSync(
        path.join(folder, "upgrade.yaml"),
        stringify({ ...UPGRADE_FILE, chainId: "1" }),
      );
      const commands = [
        ["gate", "whole"],
        ["gate", ...shards],
        ["report", "whole", "--format", "html"],
        ["report", "whole", "--format", "json"],
        ["notice", "draft", "whole", "--upgrade", "upgrade.yaml"],
      ];
      const rows = commands.map((words) => {
        const { code, seconds, memoryMb } = measured(folder, words);
        const shown = words.map((word) => path.basename(word)).join(" ");
        const row = `| ${shown} | ${code} | ${seconds.toFixed(1)} | ${Math.round(memoryMb)} |`;
        console.log(row);
        return row;
      });
      writeEvidence("scale-findings", [
        "# Findings at scale",
        "",
        provenance("npm run study scale-findings"),
        "",
        `A run made by a generator: ${CALLS.toLocaleString("en-US")} calls of ${CUSTOMERS.toLocaleString("en-US")} customers with ${FINDINGS.toLocaleString("en-US")} findings, in ${SHARDS} shards. Merging them took ${merged.toFixed(1)} s. Aim: 60 s and 600 MB each.`,
        "",
        "| command | exit | seconds | most resident MB |",
        "| --- | --- | --- | --- |",
        ...rows,
      ]);
    } finally {
      workshop.close();
    }
    return Promise.resolve();
  },
};
