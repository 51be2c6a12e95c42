import { sameBytes } from "../diff/bytes.ts";
import { plain } from "../diff/number-text.ts";
import type { Comparison, Difference, Unrepeated } from "../model/difference.ts";
import type { Outcome, Pair, UncomparableReason } from "../model/pair.ts";
import type { MethodKnowledge } from "../protocol/knowledge.ts";
import { methodKnowledge } from "../protocol/methods.ts";
import { readAnswer, type Answer } from "./answer.ts";
import { findCauses } from "./causes.ts";
import type { Fact } from "./fact.ts";
import { factsOf, type FactContext } from "./facts.ts";
import { compareHeaders } from "./headers.ts";
import { kindOf } from "./kind-of.ts";
import { allDrift, drifting } from "./shape.ts";
import { answerReason, transportReason } from "./uncomparable.ts";

/** What a team says of its own traffic. */
export interface ExamineOptions {
  /** Patterns of objects whose keys are data: those keys become `*` in patterns. */
  readonly maps?: readonly string[];
}

const NOISE: ReadonlySet<string> = new Set(["serialisation-changed", "value-drift"]);

/**
 * Everything that one pair shows: its state, its differences with their kinds, what the control excuses. Pure, and total:
 * any bytes give a Comparison.
 *
 * `confidence` is `probable`; only whoever asks the nodes again can say more.
 */
export function examine(pair: Pair, options: ExamineOptions = {}): Comparison {
  const reason = transportReason(pair);
  if (reason !== null) return comparison(pair, { reason });
  const knowledge = methodKnowledge(pair.protocol, pair.method);
  const context: FactContext = {
    method: pair.method,
    set: knowledge.set,
    maps: new Set(options.maps ?? []),
  };
  const read = reader(pair);
  const found = compareSides(pair, pair.candidate, knowledge, context, read);
  if (typeof found === "string") return comparison(pair, { reason: found });
  const unrepeated = controlMismatches(pair, knowledge, context, read);
  const excused = found.filter((difference) => isExcused(difference, unrepeated));
  const differences = found.filter((difference) => !isExcused(difference, unrepeated));
  return comparison(pair, {
    differences: findCauses(differences),
    unrepeated,
    excused,
    agreedOnError: pair.old.kind === "fault" && differences.length === 0,
  });
}

type Read = (outcome: Outcome) => Answer;

/** Old is compared up to three times and read once. */
function reader(pair: Pair): Read {
  const answers = new Map<Outcome, Answer>();
  return (outcome) => {
    const known = answers.get(outcome);
    if (known) return known;
    const answer = readAnswer(pair, outcome);
    answers.set(outcome, answer);
    return answer;
  };
}

function compareSides(
  pair: Pair,
  candidate: Outcome,
  knowledge: MethodKnowledge,
  context: FactContext,
  read: Read,
): Difference[] | UncomparableReason {
  const { old } = pair;
  const facts = outerFacts(pair, candidate);
  const failed = facts.some((fact) => fact.type === "no-answer" || fact.type === "status");
  if (!failed && !(old.body && candidate.body && sameBytes(old.body, candidate.body))) {
    const before = read(old);
    const after = read(candidate);
    const recorded = pair.recorded ? read(pair.recorded) : null;
    const reason = answerReason(before, after, recorded);
    if (reason !== null) return reason;
    if (after.class === "malformed")
      facts.push(simple("malformed", "", textOf(old), textOf(candidate), pair.method));
    else facts.push(...bodyFacts(pair, before, after, knowledge, context));
  }
  return facts.map(toDifference);
}

function bodyFacts(
  pair: Pair,
  before: Answer,
  after: Answer,
  knowledge: MethodKnowledge,
  context: FactContext,
): Fact[] {
  const facts = factsOf(before, after, context);
  if (facts.length === 0) return [simple("bytes", "", undefined, undefined, pair.method)];
  if (knowledge.identifiesNode || knowledge.mempool) return allDrift(facts);
  return pair.byShape === true || knowledge.followsHead
    ? drifting(facts, knowledge.invariants)
    : facts;
}

/** What differs around the body: no answer at all, status, headers. */
function outerFacts({ old, method, protocol }: Pair, candidate: Outcome): Fact[] {
  if (candidate.kind === "timeout" || candidate.kind === "unreachable")
    return [simple("no-answer", "", old.kind, candidate.detail ?? candidate.kind, method)];
  const facts: Fact[] = [];
  if (old.status !== null && candidate.status !== null && old.status !== candidate.status) {
    const between = Math.trunc(old.status / 100) !== Math.trunc(candidate.status / 100);
    if (between || protocol === "rest")
      facts.push(simple("status", "/status", old.status, candidate.status, method));
  }
  if (Object.keys(old.headers).length > 0 && Object.keys(candidate.headers).length > 0)
    for (const { name, type, old: left, candidate: right } of compareHeaders(
      old.headers,
      candidate.headers,
    ))
      facts.push(simple(type, `/headers/${name}`, left, right, method));
  return facts;
}

function simple(
  type: Fact["type"],
  path: string,
  old: string | number | undefined,
  candidate: string | number | undefined,
  method: string,
): Fact {
  return { type, method, path, pattern: path, old, candidate };
}

function textOf(outcome: Outcome): string | undefined {
  return outcome.body?.toString("latin1", 0, 200);
}

function toDifference(fact: Fact): Difference {
  return {
    kind: kindOf(fact),
    path: fact.path,
    pattern: fact.pattern,
    old: plain(fact.old),
    candidate: plain(fact.candidate),
  };
}

function controlMismatches(
  pair: Pair,
  knowledge: MethodKnowledge,
  context: FactContext,
  read: Read,
): Unrepeated[] {
  const { control } = pair;
  if (control === null || control.kind === "timeout" || control.kind === "unreachable") return [];
  const found = compareSides({ ...pair, recorded: null }, control, knowledge, context, read);
  if (typeof found === "string") return [];
  const seen = new Map<string, Unrepeated>();
  for (const { kind, pattern } of found)
    if (!NOISE.has(kind)) seen.set(`${kind} ${pattern}`, { kind, pattern });
  return [...seen.values()];
}

/** Old did not repeat itself at this place, or at something that holds it. */
function isExcused(difference: Difference, unrepeated: readonly Unrepeated[]): boolean {
  return unrepeated.some(
    ({ pattern }) => difference.pattern === pattern || difference.pattern.startsWith(`${pattern}/`),
  );
}

function comparison(
  pair: Pair,
  found: Partial<Pick<Comparison, "differences" | "unrepeated" | "excused" | "agreedOnError">> & {
    readonly reason?: UncomparableReason;
  },
): Comparison {
  const {
    differences = [],
    unrepeated = [],
    excused = [],
    agreedOnError = false,
    reason = null,
  } = found;
  const real = differences.some(({ kind }) => !NOISE.has(kind));
  const state = reason === null ? (real ? "different" : "same") : "uncomparable";
  const { old, candidate } = pair;
  return {
    pairId: pair.id,
    name: pair.name,
    method: pair.method,
    customer: pair.customer,
    client: pair.client,
    at: pair.at,
    weight: pair.weight,
    state,
    reason,
    differences,
    unrepeated,
    excused,
    confidence: "probable",
    agreedOnError,
    latencyMs:
      old.ms === null || candidate.ms === null ? null : { old: old.ms, candidate: candidate.ms },
    bytes:
      old.body && candidate.body
        ? { old: old.body.length, candidate: candidate.body.length }
        : null,
    targets: { old: old.target, candidate: candidate.target },
    pair,
  };
}
