import type { Comparison } from "../model/comparison.ts";
import type { Outcome } from "../model/pair.ts";
import type { Adapter, Call, Pins } from "../protocol/adapter.ts";
import { askSide, type Asking, type Run } from "../replay/ask/asking.ts";
import type { Lane } from "../replay/ask/lane.ts";
import { namesItsBlock } from "../replay/compare/ask.ts";
import { pairOf } from "../replay/compare/pair.ts";
import type { Plan } from "../replay/drive/plan.ts";
import type { Live } from "./live.ts";

/** A call as its client asked it: nothing is put in place of a tag. */
export const NO_PINS: Pins = { latest: null, safe: null, finalized: null, rebaseFrom: null };

export const NO_ANSWER: Outcome = {
  kind: "unreachable",
  status: null,
  headers: {},
  body: null,
  ms: null,
  target: 0,
};

/** Requests that settling one mismatch of live traffic may cost, both sides together. */
const SENDS_PER_CALL = 40;

/** Many times as long as old's answer and longer than most: no more of it is read, as all of it together has to fit. */
const LONGER = 16;
const SHORT_BYTES = 1024 * 1024;

/**
 * What the candidate says. One that ends the connection without a word is asked once more, as a client does it: an idle connection
 * that ended just then says nothing of the call.
 */
export async function askCandidate(
  asking: Asking,
  calls: readonly Call[],
  batch: boolean,
): Promise<Outcome> {
  const answer = await askSide(asking, asking.candidate, calls, batch);
  return answer.kind === "unreachable" ? askSide(asking, asking.candidate, calls, batch) : answer;
}

/** The answer that old gave its client against the candidate's to the same call. */
export function compare(
  live: Live,
  plan: Plan,
  call: Call,
  old: Outcome,
  candidate: Outcome,
): Comparison {
  const { run } = live;
  const asked = adapterOf(run, call).pin(call, NO_PINS);
  const byShape = asked.left.includes("pending");
  const pair = pairOf({
    key: plan.key,
    exchange: plan.exchange,
    adapter: adapterOf(run, call),
    call,
    // Ours is no client with an origin and no customer with a rate: of the headers only the type can be held against it. Times
    // are not alike either: old's was taken in the client's way, under its load.
    old: { ...old, headers: typeOnly(old), ms: null },
    candidate: { ...candidate, headers: typeOnly(candidate) },
    control: null,
    recorded: null,
    byShape,
    oneBlock: namesItsBlock(asked),
  });
  return run.examine(pair);
}

/** Of the call's wire: a REST call has a path. */
export function adapterOf({ adapters }: Run, call: Call): Adapter {
  return adapters[call.path === null ? "json-rpc" : "rest"];
}

export function askingOf(live: Live, lane: Lane, { exchange, calls }: Plan): Asking {
  const { run, old, candidate } = live;
  const body = exchange.response?.body ?? null;
  const tally = { sends: 0, ceiling: SENDS_PER_CALL * (calls.length + 1) };
  const adapter = run.adapters[exchange.protocol];
  const asking = { run, lane, exchange, adapter, old, candidate, tally };
  return body === null
    ? asking
    : { ...asking, maxBytes: Math.max(SHORT_BYTES, LONGER * body.length) };
}

export function isSilent(outcome: Outcome | undefined): boolean {
  return outcome?.kind === "unreachable" || outcome?.kind === "timeout";
}

export function typeOnly({ headers }: Outcome): Outcome["headers"] {
  const type = headers["content-type"];
  return type === undefined ? {} : { "content-type": type };
}
