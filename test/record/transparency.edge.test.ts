import { expect, it } from "vitest";
import { checkTransparency } from "./support/transparency.ts";

it("passes random conversations byte for byte, and captures each exchange of them", async () => {
  const report = await checkTransparency(250, 1);
  expect(report.problems).toEqual([]);
  // The cases are what they claim: some are cut, most have several requests.
  expect(report.aborted).toBeGreaterThan(20);
  expect(report.requests).toBeGreaterThan(report.cases);
});
