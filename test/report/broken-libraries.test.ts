import { expect, test } from "vitest";
import { brokenLibraries } from "../../src/report/view/broken-libraries.ts";
import { buildFacts } from "../support/facts.ts";

function groupOf(client?: { name: string; version: string }) {
  const { groups } = buildFacts([
    {
      method: "eth_getBlockByNumber",
      count: 2,
      customer: "cus_00000000000000aa",
      findings: [{ kind: "field-removed", path: "/result/parentHash" }],
      ...(client === undefined ? {} : { client }),
    },
  ]);
  return groups[0]!;
}

test("a library that was seen and is known to break is named with its customers and a source", () => {
  const [first] = brokenLibraries(groupOf({ name: "ethers", version: "6.15" })).brokenLibraries;
  expect(first).toMatchObject({ library: "ethers >=6 <7", seen: "6.15 of cus_00000000000000aa" });
  expect(first?.source).toMatch(/^https:/);
});

test("a library of another version is not seen; a customer without a User-Agent is unknown", () => {
  const [first] = brokenLibraries(groupOf({ name: "ethers", version: "5.7" })).brokenLibraries;
  expect(first?.seen ?? null).toBeNull();
  expect(brokenLibraries(groupOf()).unknownClients).toBe(1);
});
