import type { Account } from "../../config/customers.ts";
import type { MethodFacts, NotCompared } from "../../model/run.ts";
import { UNSENT_METHOD } from "../../judge/unsent.ts";
import { latest, utc } from "./traffic.ts";
import type { Traffic } from "./traffic.ts";
import type { Coverage } from "./model.ts";

/** Why calls of a method were not compared, as a customer understands it. */
const REASONS: Readonly<Record<string, string>> = {
  writes: "it changes state, so we never send it again",
  "not-allowed": "it is not on our list of methods that only read",
  excluded: "we left it out of this comparison",
  limit: "the comparison ended before its turn came",
  "redacted-body": "it held something that we do not store, as it may be a secret",
  "body-too-large": "its body was too large to keep",
  incomplete: "its recording was incomplete",
  "malformed-request": "the request could not be read",
  notification: "it expects no answer",
  subscription: "subscriptions were not compared",
  "unknown-state": "it depends on a filter or session that we could not rebuild",
  interrupted: "the comparison was interrupted",
  configuration: "our two nodes are set up differently for it",
  "state-lost": "the state it asks for is no longer kept",
  "rate-limited": "our nodes limited the rate",
  "head-moved": "the chain moved on between the two answers",
  "control-unstable": "the present version itself gives changing answers",
  "candidate-gone": "the new version was not running",
  unsettled: "asking more often would have slowed the service",
  "nothing-to-compare": "one of the two answers held nothing to compare",
};

/** How much of the account's own traffic was compared, and which of its methods were not. */
export function coverageOf(account: Account, traffic: Traffic): Coverage {
  const mine = account.pseudonyms.flatMap(({ token }) => traffic.customers.get(token) ?? []);
  const calls = new Map<string, number>();
  for (const { methods } of mine)
    for (const { method, calls: count } of methods)
      calls.set(method, (calls.get(method) ?? 0) + count);
  const recordings = traffic.runs.flatMap(({ facts }) => facts.header.recordings);
  const starts = recordings.flatMap(({ firstAt }) => (firstAt === null ? [] : [firstAt]));
  return {
    calls: mine.reduce((sum, customer) => sum + customer.calls, 0),
    compared: mine.reduce((sum, customer) => sum + customer.compared, 0),
    from: starts.length === 0 ? null : utc(Math.min(...starts)),
    to: utc(latest(recordings.map(({ lastAt }) => lastAt))),
    untested: untestedMethods(traffic)
      .filter(({ method }) => calls.has(method))
      .map(({ method, reason }) => ({ method, calls: calls.get(method) ?? 0, reason })),
    unsent: traffic.runs
      .flatMap(({ facts }) => facts.notCompared)
      .filter(({ reason }) => reason === "interrupted")
      .reduce((sum, row) => sum + row.calls, 0),
    stopped: traffic.runs.some(({ facts }) => !facts.complete),
  };
}

/** Methods of which no run compared a single call, or which only ever agreed on errors. */
export function untestedMethods({
  runs,
}: Traffic): { readonly method: string; readonly reason: string }[] {
  const facts = Map.groupBy(
    runs.flatMap((run) => run.facts.methods),
    ({ method }) => method,
  );
  const notCompared = Map.groupBy(
    runs.flatMap((run) => run.facts.notCompared),
    ({ method }) => method,
  );
  return [...facts]
    .filter(([method]) => method !== UNSENT_METHOD)
    .filter(([, rows]) => rows.every(({ compared, agreedOnError }) => compared === agreedOnError))
    .map(([method, rows]) => ({ method, reason: reasonFor(rows, notCompared.get(method) ?? []) }))
    .sort((a, b) => a.method.localeCompare(b.method));
}

function reasonFor(rows: readonly MethodFacts[], notCompared: readonly NotCompared[]): string {
  if (rows.some(({ compared }) => compared > 0))
    return "both versions answered with the same error only";
  const most = [...notCompared].sort((a, b) => b.calls - a.calls)[0];
  return (most && REASONS[most.reason]) ?? "no comparable answer came from both versions";
}
