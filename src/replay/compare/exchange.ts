import type { Comparison, ExchangeResult } from "../../model/comparison.ts";
import type { Asking, Run } from "../ask/asking.ts";
import { compareBatch } from "./batch.ts";
import type { Lane, Tally } from "../ask/lane.ts";
import type { Plan } from "../drive/plan.ts";
import { hashOf } from "../ask/seed.ts";
import { compareSession, type Sessions } from "./sessions.ts";
import { compareCall } from "./call.ts";

/** Replays one exchange over one lane; all its requests go to one target a side. */
export async function replayExchange(
  run: Run,
  lane: Lane,
  plan: Plan,
  sessions: Sessions,
): Promise<ExchangeResult> {
  const { key, exchange, calls, batch, recorded, riders } = plan;
  const [first] = calls;
  if (first === undefined) return { key, comparisons: plan.skipped, sends: 0 };
  const { options } = run;
  const choice = plan.session ?? key;
  const old = options.old[hashOf(choice, options.seed) % options.old.length];
  const candidate = options.candidate[hashOf(choice, options.seed) % options.candidate.length];
  if (old === undefined || candidate === undefined) throw new Error("a side without targets");
  // A failed batch costs its own asks and each of its calls'.
  const ceiling = options.maxSendsPerCall * (batch ? calls.length + 1 : 1);
  const tally: Tally = { sends: 0, ceiling };
  const adapter = run.adapters[exchange.protocol];
  const asking: Asking = { run, lane, exchange, adapter, old, candidate, tally };
  const single = { key, call: first, recorded: recorded[0] ?? null };
  const compared: Comparison[] = batch
    ? await compareBatch(asking, { key, calls, recorded, riders })
    : [
        first.knowledge.session === null
          ? await compareCall(asking, single)
          : await compareSession(asking, single, sessions),
      ];
  for (const comparison of compared) run.kept?.see(comparison);
  return { key, comparisons: [...compared, ...plan.skipped], sends: tally.sends };
}
