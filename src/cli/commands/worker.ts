import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import path from "node:path";
import { z } from "zod";
import { duration, nodeUrl } from "../../config/fields.ts";
import { EXIT, usageError } from "../../errors.ts";
import { defineCommand } from "../define.ts";
import { leaseSeconds, queueFields } from "../queue.ts";

export const command = defineCommand({
  name: "worker",
  positionals: "",
  summary: "do shards of replays that `replay --queue` has put into a queue",
  options: z.object({
    queue: z.string().describe("PostgreSQL (postgres://…); best given as SHADOWDIFF_QUEUE"),
    name: z.string().optional().describe("this worker's name (default: the host's, and a number)"),
    recordings: z
      .string()
      .optional()
      .describe("folder of the recordings on this machine, where it is not the planner's"),
    idle: duration().optional().describe("end after this long without work (default: never)"),
    lease: queueFields.lease,
    old: z
      .array(nodeUrl())
      .optional()
      .describe(
        "nodes of the version in service, in place of the run's; needed where theirs have secrets",
      ),
    candidate: z.array(nodeUrl()).optional().describe("the same for the new version"),
    oldHeaders: z
      .string()
      .optional()
      .describe("extra headers for old, `Name: value` lines; best given as SHADOWDIFF_OLD_HEADERS"),
    candidateHeaders: z.string().optional().describe("the same for candidate"),
    run: z.string().optional().describe("with --set: the run, as `replay --queue` named it"),
    set: z
      .enum(["running", "paused", "stopped"])
      .optional()
      .describe("change a run's state for all workers, and end"),
  }),
  examples: [
    ["shadowdiff worker --queue postgres://replay@db/shadowdiff", "work until Ctrl-C"],
    [
      "shadowdiff worker --queue postgres://db/shadowdiff --run 1f2e…-0a1b --set paused",
      "no worker asks anything more until it is running again",
    ],
  ],
  async run(options, { cwd, env, stderr, signal }) {
    const { queue, run, set } = options;
    const say = (text: string): void => void stderr.write(`${text}\n`);
    if (set !== undefined) {
      if (run === undefined) throw usageError("--set needs the --run that it changes.");
      const { setRunState } = await import("../../stages/worker.ts");
      await setRunState(queue, run, set);
      say(`${run} is ${set}.`);
      return EXIT.ok;
    }
    const { work } = await import("../../stages/worker.ts");
    const targets = { ...pick(options, ["old", "candidate", "oldHeaders", "candidateHeaders"]) };
    await work({
      url: queue,
      name: options.name ?? `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`,
      leaseSeconds: leaseSeconds(options.lease),
      targets,
      recordings: options.recordings === undefined ? null : path.resolve(cwd, options.recordings),
      idleMs: options.idle ?? null,
      env,
      signal,
      say,
    });
    return EXIT.ok;
  },
});

/** The fields that were given. */
function pick<Row extends object>(row: Row, names: readonly (keyof Row)[]): Partial<Row> {
  const given = names.filter((name) => row[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, row[name]])) as Partial<Row>;
}
