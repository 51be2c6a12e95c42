import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import {
  clockFault,
  killedFault,
  lockedFault,
  runFault,
  stalledFault,
  throwingFault,
} from "./support/faults.ts";
import type { Fault, FaultReport } from "./support/faults.ts";

const QUEUE_BYTES = 300_000;

/** The same as studies/record-faults.ts, smaller. */
async function run(fault: Fault): Promise<FaultReport> {
  const report = await runFault(fault, path.join(temporaryFolder(), "fault.sqlite"), 300, 400);
  expect(report.traffic.failures).toEqual([]);
  expect(report.traffic.answered).toBe(report.traffic.sent);
  expect(report.lawBroken).toBe(0);
  expect(report.integrity).toBe("ok");
  expect(report.fileAddsUp).toBe(true);
  // Capture resumed by itself.
  expect(report.storedAtEnd).toBeGreaterThan(report.storedBefore);
  return report;
}

describe("traffic goes on and every loss is counted", () => {
  it("while another process locks the file", async () => {
    await run(lockedFault(500));
  });

  it("when the writer is killed, and nothing is lost", async () => {
    const report = await run(killedFault(3, 400));
    expect(report.facts.dropped).toEqual({});
    expect(report.facts.stored).toBe(report.traffic.sent);
  });

  it("while the writer stands still, in bounded memory", async () => {
    const report = await run(stalledFault(1_500, QUEUE_BYTES));
    expect(report.mostQueueBytes).toBeLessThanOrEqual(QUEUE_BYTES);
    expect(report.facts.dropped["queue-full"]).toBeGreaterThan(0);
    expect(Object.keys(report.facts.dropped)).toEqual(["queue-full"]);
  });

  it("when the redactor throws on some", async () => {
    const report = await run(throwingFault());
    expect(report.facts.dropped).toEqual({
      "redactor-error": Math.floor(report.traffic.sent / 100),
    });
  });

  it("when the clock is set back", async () => {
    const report = await run(clockFault());
    expect(report.facts.dropped).toEqual({});
    expect(report.facts.stored).toBe(report.traffic.sent);
  });
});
