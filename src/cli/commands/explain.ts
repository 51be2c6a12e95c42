import path from "node:path";
import { z } from "zod";
import { explainFinding, explainKind } from "../../classify/explain/explain.ts";
import { RULES, ruleOf } from "../../classify/rules/index.ts";
import type { Rule } from "../../classify/rules/rule.ts";
import { inputPath } from "../../config/fields.ts";
import { nearest } from "../../config/nearest.ts";
import { EXIT, usageError } from "../../errors.ts";
import { readRun } from "../../runs/reader.ts";
import { defineCommand } from "../define.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "explain",
  positionals: "<subject>",
  summary: "why a kind of difference matters, what breaks on it, and what to write",
  options: z.object({
    subject: z.string().min(1).describe("a kind such as field-removed, or a finding's fingerprint"),
    ...jsonField,
    run: inputPath("folder").optional().describe("the run that the fingerprint is from"),
  }),
  examples: [
    ["shadowdiff explain field-removed", "a kind, with an example"],
    ["shadowdiff explain 0a1b2c3d4e5f6071 --run reports/geth-1.17", "one finding of a run"],
  ],
  async run({ subject, run, json }, context) {
    const { cwd } = context;
    const rule = ruleOf(subject);
    if (rule) {
      await printResult(context, json, wordsOf(rule), explainKind(rule));
      return EXIT.ok;
    }
    if (!/^[0-9a-f]{16}$/.test(subject)) throw unknownSubject(subject);
    if (run === undefined)
      throw usageError(`${subject} is a fingerprint: say of which run with --run reports/NAME`);
    const facts = readRun(path.resolve(cwd, run));
    const group = facts.groups.find(({ fingerprint }) => fingerprint === subject);
    const found = group && ruleOf(group.kind);
    if (group === undefined || found === undefined)
      throw usageError(`${run} has no finding ${subject}`, {
        details: ["Fingerprints are listed by: shadowdiff report RUN --format json"],
      });
    const sample = facts.samples.find(({ fingerprint }) => fingerprint === subject);
    await printResult(
      context,
      json,
      { ...wordsOf(found), fingerprint: subject, method: group.method, path: group.path, run },
      explainFinding(group, found, facts.header, sample),
    );
    return EXIT.ok;
  },
});

/** What a program may want to know of a kind. */
function wordsOf({ id, severity, title, why, sees, write, examples }: Rule): object {
  return { kind: id, severity, title, why, sees, write: write.text, examples };
}

function unknownSubject(subject: string): Error {
  const near = nearest(
    subject,
    RULES.map(({ id }) => id),
  );
  return usageError(`${subject} is neither a kind nor a fingerprint of 16 hex digits`, {
    details: [near ? `Did you mean ${near}?` : "Kinds are listed in docs/RULES.md."],
  });
}
