import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  clockFault,
  killedFault,
  lockedFault,
  runFault,
  stalledFault,
  throwingFault,
  wait,
} from "../test/record/support/faults.ts";
import type { Fault, FaultReport } from "../test/record/support/faults.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const PER_SECOND = 2_000;
const CALM_MS = 4_000;
const STALL_MS = 30_000;
const QUEUE_BYTES = 32 * 1024 * 1024;
const DISK_MEGABYTES = 12;

/** A disk of a few megabytes, three quarters taken by a file that goes away in the end. */
function fullDisk(folder: string): Fault {
  const filler = path.join(folder, "filler");
  return {
    name: `disk full for 6 s (tmpfs of ${DISK_MEGABYTES} MB)`,
    async harm() {
      try {
        // As far as it goes: the write itself ends with "no space left".
        writeFileSync(filler, Buffer.alloc(DISK_MEGABYTES * 1024 * 1024));
      } catch {}
      await wait(6_000);
      rmSync(filler, { force: true });
    },
  };
}

export const study = {
  name: "record-faults",
  summary: `faults of the recorder's writer, disk and clock while ${PER_SECOND} requests a second flow`,
  async run(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-faults-"));
    const rows: string[] = [];
    const skipped: string[] = [];
    const measure = async (fault: Fault, where: string): Promise<void> => {
      console.error(fault.name);
      const file = path.join(where, `${rows.length}.sqlite`);
      rows.push(row(fault.name, await runFault(fault, file, PER_SECOND, CALM_MS)));
    };
    await measure({ name: "none", harm: async () => wait(3_000) }, folder);
    const small = path.join(folder, "small");
    mkdirSync(small);
    if (mounted(small)) {
      await measure(fullDisk(small), small);
      execFileSync("umount", [small]);
    } else skipped.push("disk full: no right to mount a tmpfs here");
    await measure(lockedFault(8_000), folder);
    await measure(killedFault(5, 1_500), folder);
    await measure(stalledFault(STALL_MS, QUEUE_BYTES), folder);
    await measure(throwingFault(), folder);
    await measure(clockFault(), folder);
    rmSync(folder, { recursive: true, force: true });
    writeEvidence("record-faults", [
      "# Faults of the recorder under traffic",
      "",
      provenance("npm run study record-faults"),
      "",
      `${PER_SECOND.toLocaleString("en-US")} requests a second by open loop over 32 connections, ${CALM_MS / 1_000} s before and after each fault; generator, node and`,
      "recorder share one process and its core. *Law*: moments at which arrived = stored + dropped + pending did not hold, of those",
      `looked at. The stalled writer's queue is limited to ${QUEUE_BYTES / 1024 / 1024} MB; growth of resident memory is that of the whole process.`,
      "",
      "| fault | requests | a second | failed | p99 ms | stored | dropped | law broken | integrity_check | file adds up | queue at most MB | RSS growth MB | capture resumed |",
      "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- | --- | --- | ---: | ---: | --- |",
      ...rows,
      "",
      ...skipped.map((each) => `Skipped: ${each}.`),
    ]);
  },
};

function mounted(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m`, "tmpfs", folder], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

function row(name: string, report: FaultReport): string {
  const { traffic, facts } = report;
  const drops = Object.entries(facts.dropped).map(([reason, count]) => `${reason} ${count}`);
  const cells = [
    name,
    traffic.sent,
    Math.round(traffic.perSecond),
    traffic.failures.length,
    traffic.p99Ms.toFixed(1),
    facts.stored,
    drops.length === 0 ? "none" : drops.join(", "),
    `${report.lawBroken} of ${report.lawChecked}`,
    report.integrity,
    report.fileAddsUp ? "yes" : "NO",
    (report.mostQueueBytes / 1e6).toFixed(1),
    (report.rssGrowthBytes / 1e6).toFixed(0),
    report.storedAtEnd > report.storedAfterHarm ? "yes" : "NO",
  ];
  return `| ${cells.join(" | ")} |`;
}
