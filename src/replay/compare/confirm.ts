import type { Comparison, Confidence } from "../../model/comparison.ts";
import type { Difference } from "../../model/difference.ts";
import type { Outcome, Pair } from "../../model/pair.ts";
import { NOISE_KINDS } from "../../model/kinds.ts";
import type { Found, Next, Question } from "./question.ts";

/** Kind and place of each difference that is no noise: what makes two mismatches the same one. */
export function signature(differences: readonly Difference[]): string[] {
  return differences
    .filter(({ kind }) => !NOISE_KINDS.has(kind))
    .map(({ kind, pattern }) => `${kind} ${pattern}`);
}

interface ConfirmOptions {
  readonly rounds: number;
  readonly examine: (pair: Pair) => Comparison;
  /** Waits, in ms, for a candidate that takes no connection: it may be starting anew. */
  readonly comesBackMs?: readonly number[];
}

/**
 * Asks again, both sides interleaved, and says how much the mismatch is worth: `confirmed` when it came back each time from
 * an old that repeats itself there, `flaky` when it mostly went away, or now and then with an old that wavers. Each round is
 * judged as the first asking was, with old's first answer for its control. `gone` when no round could be asked, as nothing
 * listens any more where the candidate was.
 */
export function* confirm(
  question: Question,
  { rounds: most, examine, comesBackMs = [] }: ConfirmOptions,
): Generator<Next, Confidence | "gone", Found> {
  const { comparison } = question;
  const { pair } = comparison;
  if (pair === null) return "probable";
  const wanted = signature(comparison.differences);
  let rounds = 0;
  let repeated = 0;
  let wavering = false;
  const control = pair.control === null ? null : pair.old;
  for (let round = 0; round < most; round++) {
    let { again } = yield { want: "again", of: question };
    if (again === undefined) break;
    let next = examine({ ...pair, ...again, control });
    for (const afterMs of comesBackMs) {
      if (next.reason !== "candidate-gone") break;
      yield { want: "heads", afterMs };
      ({ again = again } = yield { want: "again", of: question });
      next = examine({ ...pair, ...again, control });
    }
    if (next.reason === "candidate-gone") return rounds === 0 ? "gone" : "probable";
    const unstable = next.reason === "control-unstable";
    if (next.state === "uncomparable" && !unstable) continue;
    rounds++;
    const seen = new Set(signature([...next.differences, ...next.excused]));
    if (wanted.every((difference) => seen.has(difference))) repeated++;
    wavering ||= unstable || wavers(pair, again.old, wanted, examine);
  }
  if (rounds === 0) return "probable";
  if (repeated < rounds) return !wavering && repeated * 2 >= rounds ? "probable" : "flaky";
  return wavering || rounds < most ? "probable" : "confirmed";
}

/** Whether old, asked again, differs from its first answer at one of these places. */
export function wavers(
  pair: Pair,
  again: Outcome,
  wanted: readonly string[],
  examine: (pair: Pair) => Comparison,
): boolean {
  if (again.body !== null && pair.old.body?.equals(again.body)) return false;
  const places = new Set(wanted.map((text) => text.slice(text.indexOf(" ") + 1)));
  const { differences, state } = examine({
    ...pair,
    candidate: again,
    // Old repeats itself or it does not: no tolerance makes two answers one.
    control: pair.old,
    recorded: null,
  });
  return (
    state === "uncomparable" ||
    differences.some(({ pattern, kind }) => !NOISE_KINDS.has(kind) && places.has(pattern))
  );
}
