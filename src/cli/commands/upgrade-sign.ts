import path from "node:path";
import { z } from "zod";
import { EXIT, usageError } from "../../errors.ts";
import { signStep } from "../../stages/upgrade.ts";
import { STEP_RULES } from "../../upgrade/steps/rules.ts";
import { defineCommand } from "../define.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "upgrade sign",
  positionals: "<folder> <step>",
  summary: "answer for a step by name: what only a person can know, or that it is left out",
  options: z.object({
    folder: z.string().describe("the upgrade's folder"),
    step: z
      .string()
      .regex(/^(?:\d|1[0-4])$/, "expected a step from 0 to 14")
      .transform(Number)
      .describe("the step's number"),
    by: z.string().trim().min(1).describe("who signs"),
    reason: z.string().trim().min(1).describe("what was done, or why it is left out"),
    waive: z.boolean().default(false).describe("the step is left out"),
    ...jsonField,
  }),
  examples: [
    [
      'shadowdiff upgrade sign upgrades/geth-1.17.0 11 --by "R. Ito" --reason "support was briefed"',
      "a step that only a person can know",
    ],
    [
      'shadowdiff upgrade sign upgrades/geth-1.17.0 14 --waive --by "R. Ito" --reason "one client by contract"',
      "left out, with a name",
    ],
  ],
  async run({ folder, step, by, reason, waive, json }, context) {
    const { cwd, env, now } = context;
    const ci = env["CI"] ?? "";
    if (ci !== "" && ci !== "false" && ci !== "0")
      throw usageError(`A step is signed by a person, not where CI is set (CI=${ci}).`);
    const rule = STEP_RULES.find(({ number }) => number === step);
    if (rule === undefined) throw usageError(`There is no step ${step}.`);
    if (!waive && !rule.byPerson) {
      throw usageError(`Step ${step}, "${rule.title}", is ticked by evidence, not by a name.`, {
        details: ["Leave it out with --waive and a reason, or see: shadowdiff upgrade status"],
      });
    }
    const state = waive ? "waived" : "done";
    const signature = { step, state, by, reason, at: now().toISOString() } as const;
    signStep(path.resolve(cwd, folder), signature);
    await printResult(
      context,
      json,
      signature,
      `Step ${step}, "${rule.title}": ${state}, signed by ${by}.\n`,
    );
    return EXIT.ok;
  },
});
