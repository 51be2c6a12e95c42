import { describe, expect, test } from "vitest";
import { isRight } from "../../studies/reports.ts";
import { readReports, tellOf } from "../../studies/support/reports.ts";

const fixture = (name: string): URL => new URL(`../fixtures/reports/${name}`, import.meta.url);

describe.each(["rpc.jsonl", "more.jsonl", "kinds.jsonl", "public.jsonl"])(
  "pairs of public reports: %s",
  (file) => {
    test.each(readReports(fixture(file)).map((item) => [item[0].name, item] as const))(
      "%s",
      async (_, item) => {
        const told = await tellOf(item);
        expect(isRight(told), `${told.verdict}: ${told.findings.join(", ")}`).toBe(true);
      },
    );
  },
);
