import path from "node:path";
import { z } from "zod";
import { EXIT, usageError } from "../../errors.ts";
import {
  pauseRollout,
  rehearseRollBack,
  resumeRollout,
  retireOld,
  rollBackNow,
  startRollout,
  statusOf,
  type RolloutRequest,
} from "../../stages/rollout.ts";
import type { Outcome } from "../../rollout/drive.ts";
import { defineCommand } from "../define.ts";
import { print } from "../print.ts";

const OUTCOME_EXIT: Readonly<Record<Outcome, number>> = {
  complete: EXIT.ok,
  "rolled-back": EXIT.gateFailed,
  paused: EXIT.inconclusive,
  stopped: EXIT.failed,
};

export const command = defineCommand({
  name: "rollout",
  positionals: "<action> <folder>",
  summary: "shift traffic slowly through an engine, gated at each step; back at once",
  options: z.object({
    action: z
      .enum(["start", "status", "pause", "resume", "rollback", "rehearse", "retire"])
      .describe("start, status, pause, resume, rollback, rehearse (a roll-back) or retire (old)"),
    folder: z.string().describe("the upgrade's folder, with rollout.yaml"),
    by: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe("who does it (default: the environment's USER)"),
    reason: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe("why; needed to pause, roll back and retire"),
    token: z.string().optional().describe("for the verdict; best given as SHADOWDIFF_TOKEN"),
    json: z.boolean().default(false).describe("status as JSON"),
  }),
  examples: [
    [
      "shadowdiff rollout rehearse upgrades/geth-1.17.0",
      "see that a roll-back works, and how long it takes",
    ],
    [
      "shadowdiff rollout start upgrades/geth-1.17.0",
      "shift by rollout.yaml; Ctrl-C leaves the weights as they are",
    ],
    [
      'shadowdiff rollout rollback upgrades/geth-1.17.0 --reason "errors at Example Indexer"',
      "back to old, at once",
    ],
  ],
  async run(options, context) {
    const { cwd, env, file, now, signal, stdout, stderr } = context;
    const folder = path.resolve(cwd, options.folder);
    const by = options.by ?? env["USER"] ?? "unknown";
    const request: RolloutRequest = {
      folder,
      settings: file,
      cwd,
      token: options.token,
      now,
      signal,
      say: (line) => stderr.write(`${line}\n`),
    };
    const done = async (text: string): Promise<number> => {
      await print(stdout, text);
      return EXIT.ok;
    };
    switch (options.action) {
      case "start":
      case "resume": {
        const drive = options.action === "start" ? startRollout : resumeRollout;
        const outcome = await drive(request, by);
        await done(
          `The roll-out is ${outcome}.\nNext: shadowdiff upgrade status ${options.folder}\n`,
        );
        return OUTCOME_EXIT[outcome];
      }
      case "rehearse": {
        const tookMs = await rehearseRollBack(request, by);
        return await done(`Rolled back from 1 % in ${Math.round(tookMs)} ms.\n`);
      }
      case "rollback": {
        const tookMs = await rollBackNow(request, by, reasonOf(options.reason));
        return await done(`All new requests go to old, after ${Math.round(tookMs)} ms.\n`);
      }
      case "pause":
        pauseRollout(folder, by, reasonOf(options.reason), now());
        return await done("Paused: the roll-out stops at its next look; weights stay.\n");
      case "retire":
        retireOld(folder, by, reasonOf(options.reason), now());
        return await done("Old is retired.\n");
      case "status":
        break;
    }
    const facts = statusOf(folder);
    const { state, weight, at, why } = facts;
    return await done(
      options.json
        ? `${JSON.stringify(facts)}\n`
        : `${state}, ${weight} % on the new version since ${at}: ${why}\n`,
    );
  },
});

function reasonOf(reason: string | undefined): string {
  if (reason === undefined) throw usageError("--reason is missing: it stands in the journal.");
  return reason;
}
