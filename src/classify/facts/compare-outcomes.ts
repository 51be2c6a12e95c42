import { sameBytes } from "../../diff/bytes.ts";
import type { Outcome, Pair, UncomparableReason } from "../../model/pair.ts";
import type { Answer } from "./answer.ts";
import { batchFacts } from "./batch.ts";
import { envelopeFacts } from "./envelope.ts";
import type { Fact } from "./fact.ts";
import type { FactContext } from "./context.ts";
import { factsOf } from "./facts.ts";
import { compareHeaders } from "./headers.ts";
import { drifting, driftsOf } from "./drift.ts";
import { passingText } from "./passing-text.ts";
import { answerReason } from "./uncomparable.ts";

export interface SideContext extends FactContext {
  /** Reads an outcome once, however often it is compared. */
  readonly read: (outcome: Outcome) => Answer;
}

/** What differs between old and another outcome (the candidate's, or the control's), or why that proves nothing. */
export function compareSides(
  pair: Pair,
  other: Outcome,
  context: SideContext,
): Fact[] | UncomparableReason {
  const facts = outerFacts(pair, other);
  // Without an answer, or with the page of an HTTP error, there is no body to compare.
  if (facts.some(({ type }) => type === "no-answer")) return facts;
  const { old } = pair;
  // The error page of something in front of old is no answer of old.
  if (old.kind === "fault" && pair.protocol === "json-rpc" && !isReadable(context.read(old)))
    return "old-malformed";
  if (old.body && other.body && sameBytes(old.body, other.body)) {
    const reason = old.kind === "fault" ? whyUncomparable(pair, other, context) : null;
    return reason ?? facts;
  }
  const restarted = facts.some(({ type }) => type === "status");
  if (restarted && (pair.protocol === "rest" || !isReadable(context.read(other)))) return facts;
  const reason = whyUncomparable(pair, other, context);
  if (reason !== null) return reason;
  return [...facts, ...answerFacts(pair, other, context)];
}

function isReadable(answer: Answer): boolean {
  return answer.class !== "malformed" && answer.class !== "failed";
}

function whyUncomparable(
  pair: Pair,
  other: Outcome,
  { read }: SideContext,
): UncomparableReason | null {
  const recorded = pair.recorded ? read(pair.recorded) : null;
  return answerReason(pair.chain, read(pair.old), read(other), recorded);
}

function answerFacts(pair: Pair, other: Outcome, context: SideContext): Fact[] {
  const { method, read } = context;
  const before = read(pair.old);
  const after = read(other);
  if (after.class === "malformed")
    return [plainFact("malformed", "", startOf(pair.old), startOf(other), pair)];
  const found =
    method === "(batch)" && Array.isArray(before.value) && Array.isArray(after.value)
      ? batchFacts(before, after, context)
      : [...envelopeFacts(before, after, context), ...factsOf(before, after, context)];
  if (found.length === 0) return [plainFact("bytes", "", undefined, undefined, pair)];
  const said = withoutPassing(found, pair, before);
  const answers = { old: before.value, candidate: after.value };
  const rows = driftsOf(pair, answers, context);
  return rows.length === 0 ? said : drifting(said, rows, answers, context);
}

/** What errors say of their moment is no difference; in other answers only addresses in memory are none. */
function withoutPassing(facts: readonly Fact[], pair: Pair, answer: Answer): Fact[] {
  return facts.map((fact) => {
    const isError = answer.class === "error" || IN_ERROR.test(fact.path);
    return passingText(fact, { isError, pending: isError && pair.request.includes('"pending"') });
  });
}

/** The error of a part: its text, or its object's members. */
const IN_ERROR = /\/error(?:\/|$)/;

/** What differs around the body: no answer at all, status, headers. */
function outerFacts(pair: Pair, other: Outcome): Fact[] {
  const { old, protocol } = pair;
  if (other.kind === "timeout" || other.kind === "unreachable")
    return [plainFact("no-answer", "", old.kind, other.detail ?? other.kind, pair)];
  const facts: Fact[] = [];
  if (old.status !== null && other.status !== null && old.status !== other.status) {
    const between = Math.trunc(old.status / 100) !== Math.trunc(other.status / 100);
    if (between || protocol === "rest")
      facts.push(plainFact("status", "/status", old.status, other.status, pair));
  }
  for (const header of compareHeaders(old.headers, other.headers))
    facts.push(
      plainFact(header.type, `/headers/${header.name}`, header.old, header.candidate, pair),
    );
  return facts;
}

function plainFact(
  type: Fact["type"],
  path: string,
  old: string | number | undefined,
  candidate: string | number | undefined,
  { chain, method }: Pair,
): Fact {
  return { type, chain, method, path, pattern: path, old, candidate };
}

/** Enough of a body to see what came instead. */
function startOf({ body }: Outcome): string | undefined {
  return body?.toString("latin1", 0, 200);
}
