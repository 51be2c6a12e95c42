import { z } from "zod";
import { runDemo } from "../../demo/demo.ts";
import { defineCommand } from "../define.ts";

export const command = defineCommand({
  name: "demo",
  positionals: "",
  summary: "two real node versions, start to finish, nothing else needed",
  options: z.object({
    calls: z.number().int().min(1).default(2_000).describe("calls of live traffic"),
    keep: z.boolean().default(false).describe("leave the nodes up afterwards"),
  }),
  examples: [
    ["shadowdiff demo", "record, replay, report, gate and draft notices"],
    ["shadowdiff demo --keep", "the same, and check findings by hand with curl"],
  ],
  run: ({ calls, keep }, context) =>
    runDemo({
      calls,
      keep,
      cwd: context.cwd,
      signal: context.signal,
      say: (line) => void context.stdout.write(`${line}\n`),
      shell: (words, signal = context.signal) => {
        context.stdout.write(`\n$ shadowdiff ${words.join(" ")}\n`);
        return context.invoke(words, { signal });
      },
    }),
});
