import type { Comparison, ExchangeResult } from "../../model/comparison.ts";
import type { Asking, Run } from "../ask/asking.ts";
import { compareBatch } from "./batch.ts";
import type { Lane, Tally } from "../ask/lane.ts";
import type { Plan } from "../drive/plan.ts";
import { hashOf } from "../ask/seed.ts";
import type { Target } from "../../model/target.ts";
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
  const old = oneOf(options.old, choice, options.seed);
  const candidate = oneOf(options.candidate, choice, options.seed);
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
  const { skipped } = plan;
  const comparisons = skipped.length === 0 ? compared : [...compared, ...skipped];
  return { key, comparisons, sends: tally.sends };
}

function oneOf(targets: readonly Target[], choice: string, seed: number): Target | undefined {
  return targets.length === 1 ? targets[0] : targets[hashOf(choice, seed) % targets.length];
}
