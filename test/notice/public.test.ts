import { expect, test } from "vitest";
import { adviceAt } from "../../src/notice/compose/advice.ts";
import { publicChange } from "../../src/notice/compose/public.ts";
import { judgedOf } from "./build.ts";

function publicOf(path: string, kind: "http-status-changed" | "field-removed", values: unknown[]) {
  const { findings } = judgedOf([{ method: "eth_call", count: 1, findings: [{ kind, path }] }]);
  const [finding] = findings;
  const [old, candidate] = values as [number, number];
  const samples = finding!.samples.map((sample) => ({ ...sample, old, candidate }));
  return publicChange({ ...finding!, samples }, adviceAt);
}

test("a status is protocol and told to everybody; other values are not", () => {
  expect(publicOf("/status", "http-status-changed", [200, 503]).sentence).toBe(
    "The HTTP status of `eth_call` changes from `200` to `503`.",
  );
  expect(publicOf("/result/size", "field-removed", [7, 8]).sentence).toBe(
    "`eth_call` no longer returns `size`.",
  );
});

test("a part of a path that is no field's name may be somebody's data", () => {
  expect(publicOf("/result/balances/acme ltd", "field-removed", [1, 2]).sentence).not.toContain(
    "acme",
  );
  expect(publicOf(`/result/x${"a1".repeat(10)}`, "field-removed", [1, 2]).sentence).not.toContain(
    "a1a1",
  );
});
