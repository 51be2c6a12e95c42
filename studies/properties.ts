import { writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { examine } from "../src/classify/examine.ts";
import { anyBytes, jsonPair, jsonValue } from "./support/arbitrary.ts";
import { growthOf } from "./support/growth.ts";
import {
  findsWhatDiffers,
  identityHolds,
  kindsMirror,
  neverThrows,
  patchGivesCandidate,
} from "./support/properties.ts";
import { provenance } from "./support/replaying.ts";

interface Outcome {
  readonly name: string;
  readonly runs: number;
  readonly counterexample: string | null;
}

function check<Args extends [unknown, ...unknown[]]>(
  name: string,
  property: fc.IProperty<Args>,
  numRuns: number,
): Outcome {
  const found = fc.check(property, { numRuns, seed: 1 });
  return {
    name,
    runs: found.numRuns,
    counterexample: found.failed ? fc.stringify(found.counterexample) : null,
  };
}

export const study = {
  name: "properties",
  summary:
    "identity, mirrored kinds, patches, no exception and no exponential time on generated pairs",
  run(args: string[]): Promise<void> {
    const runs = Number(args[0] ?? 100_000);
    const outcomes = [
      check("a value and its copy: nothing", fc.property(jsonValue, identityHolds), runs),
      check("something exactly where they differ", fc.property(jsonPair, findsWhatDiffers), runs),
      check(
        "patch applied to old gives candidate",
        fc.property(jsonPair, patchGivesCandidate),
        runs,
      ),
      check("swapped sides mirror the kinds", fc.property(jsonPair, kindsMirror), runs),
      check(
        "any bytes: no exception",
        fc.property(anyBytes, anyBytes, anyBytes, neverThrows),
        runs,
      ),
    ];
    const growth = growthOf(examine);
    const text = [
      "# Properties of the differ",
      "",
      provenance("npm run study properties"),
      "",
      "| property | generated cases | counterexample |",
      "| --- | --- | --- |",
      ...outcomes.map(
        ({ name, runs, counterexample }) => `| ${name} | ${runs} | ${counterexample ?? "none"} |`,
      ),
      "",
      "Time when the size is doubled, as a ratio (best of several):",
      "",
      "| shape | ratio |",
      "| --- | --- |",
      ...growth.map(({ shape, ratio }) => `| ${shape} | ${ratio.toFixed(2)} |`),
    ].join("\n");
    process.stdout.write(`${text}\n`);
    writeFileSync(new URL("../docs/evidence/properties.md", import.meta.url), `${text}\n`);
    return Promise.resolve();
  },
};
