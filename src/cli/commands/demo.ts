import { z } from "zod";
import { runDemo, type DemoResult } from "../../demo/demo.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { print } from "../print.ts";
import { jsonField } from "../result.ts";

export const command = defineCommand({
  name: "demo",
  positionals: "",
  summary: "two real node versions, start to finish, nothing else needed",
  options: z.object({
    calls: z.number().int().min(1).default(2_000).describe("calls of live traffic"),
    keep: z.boolean().default(false).describe("leave the nodes up afterwards"),
    ...jsonField,
  }),
  examples: [
    ["shadowdiff demo", "record, replay, report, gate and draft notices"],
    ["shadowdiff demo --keep", "the same, and check findings by hand with curl"],
  ],
  async run({ calls, keep, json }, context) {
    // With --json the result stands alone on stdout.
    const log = json ? context.stderr : context.stdout;
    let result: DemoResult | null = null;
    const code = await runDemo({
      calls,
      keep,
      cwd: context.cwd,
      signal: context.signal,
      say: (line) => void log.write(`${line}\n`),
      shell: (words, signal = context.signal) => {
        log.write(`\n$ shadowdiff ${words.join(" ")}\n`);
        return context.invoke(words, { signal, stdout: log });
      },
      result: (found) => void (result = found),
    });
    if (json) await print(context.stdout, `${JSON.stringify(result, null, 2)}\n`);
    suggest(context, [
      [
        "compare two nodes of your own over calls that you have",
        ["try", "CALLS", "--old", "OLD_URL", "--candidate", "CANDIDATE_URL"],
      ],
    ]);
    return code;
  },
});
