import type { ClassifyConfiguration } from "../config/classifying.ts";
import { sameBytes } from "../diff/bytes.ts";
import { isDeeper } from "../diff/depth.ts";
import { DEPTH_LIMIT } from "../diff/diff.ts";
import { plain } from "../diff/number-text.ts";
import { compared, uncomparable, type Comparison } from "../model/comparison.ts";
import type { Difference } from "../model/difference.ts";
import type { JsonValue } from "../model/json.ts";
import { NOISE_KINDS } from "../model/kinds.ts";
import type { Outcome, Pair } from "../model/pair.ts";
import { readAnswer, type Answer } from "./facts/answer.ts";
import { contextFor } from "./facts/context.ts";
import { findCauses } from "./facts/causes.ts";
import { isExcused, isUnstable, unrepeatedOf } from "./facts/control.ts";
import type { Fact } from "./facts/fact.ts";
import { compareHeaders } from "./facts/headers.ts";
import { kindOf } from "./rules/index.ts";
import { compareSides, type SideContext } from "./facts/compare-outcomes.ts";
import { withinTolerance } from "./facts/tolerance.ts";
import { transportReason } from "./facts/uncomparable.ts";

/** What a team says of its own traffic: `classify` in the configuration. */
export type ExamineOptions = Partial<Pick<ClassifyConfiguration, "maps" | "tolerances">>;

/**
 * Everything that one pair shows: its state, its differences with their kinds, what the control excuses. Pure, and total:
 * any bytes give a Comparison.
 *
 * `confidence` is `probable`; only whoever asks the nodes again can say more.
 */
export function examine(pair: Pair, options: ExamineOptions = {}): Comparison {
  const reason = transportReason(pair);
  if (reason !== null) return uncomparable(compared(pair), reason);
  if (isPlainlySame(pair)) return compared(pair);
  const context = contextOf(pair, options);
  const facts = compareSides(pair, pair.candidate, context);
  if (typeof facts === "string") return uncomparable(compared(pair), facts);
  const unrepeated = unrepeatedOf(pair, context);
  if (facts.length > 0 && isUnstable(unrepeated))
    return uncomparable(compared(pair), "control-unstable");
  const tolerances = {
    known: context.knowledge.tolerances,
    configured: options.tolerances ?? [],
    unrepeated,
  };
  const found = withinTolerance(facts, tolerances, context).map(toDifference);
  const differences: Difference[] = [];
  const excused: Difference[] = [];
  for (const difference of found)
    (isExcused(difference, unrepeated ?? []) ? excused : differences).push(difference);
  const isNoise = differences.every(({ kind }) => NOISE_KINDS.has(kind));
  if (isNoise && facts.some(({ emptied }) => emptied === true))
    return uncomparable(compared(pair), "nothing-to-compare");
  return compared(pair, {
    differences: findCauses(differences),
    unrepeated: unrepeated ?? [],
    excused,
    agreedOnError: differences.length === 0 && isFault(pair, context),
  });
}

/** Three replies of the same bytes under the same headers: what most calls are, and there is nothing to read in them. */
function isPlainlySame({ old, candidate, control, method }: Pair): boolean {
  return (
    isSameReply(old, candidate) &&
    (control === null || isSameReply(old, control)) &&
    method !== "(batch)"
  );
}

function isSameReply(old: Outcome, other: Outcome): boolean {
  return (
    old.kind === "reply" &&
    other.kind === "reply" &&
    old.status === other.status &&
    old.body !== null &&
    other.body !== null &&
    sameBytes(old.body, other.body) &&
    compareHeaders(old.headers, other.headers).length === 0
  );
}

/** A batch that failed as a whole has no kind of its own: its answer says so. */
function isFault({ method, old }: Pair, { read }: SideContext): boolean {
  return old.kind === "fault" || (method === "(batch)" && read(old).class === "error");
}

function contextOf(pair: Pair, options: ExamineOptions): SideContext {
  const answers = new Map<Outcome, Answer>();
  const read = (outcome: Outcome): Answer => {
    const answer = answers.get(outcome) ?? readAnswer(pair, outcome);
    answers.set(outcome, answer);
    return answer;
  };
  return { ...contextFor(pair.chain, pair.method, options.maps), read };
}

function toDifference(fact: Fact): Difference {
  const { path, pattern } = fact;
  const kind = kindOf(fact);
  return { kind, path, pattern, old: shown(fact, "old"), candidate: shown(fact, "candidate") };
}

/** A value as it can be stored and shown: JSON.stringify runs out of stack on one that is nested too deep. */
function shown(fact: Fact, side: "old" | "candidate"): JsonValue | undefined {
  const value = fact[side];
  if (isDeeper(value, DEPTH_LIMIT)) return `(${side} is nested more than 1,000 levels deep)`;
  return fact.marked === true ? plain(value) : value;
}
