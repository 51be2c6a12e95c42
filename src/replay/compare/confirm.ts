import type { Comparison, Confidence } from "../../model/comparison.ts";
import type { Difference } from "../../model/difference.ts";
import type { Outcome, Pair } from "../../model/pair.ts";
import type { Sides } from "../ask/asking.ts";
import { NOISE_KINDS } from "../../model/kinds.ts";

/** Kind and place of each difference that is no noise: what makes two mismatches the same one. */
export function signature(differences: readonly Difference[]): string[] {
  return differences
    .filter(({ kind }) => !NOISE_KINDS.has(kind))
    .map(({ kind, pattern }) => `${kind} ${pattern}`);
}

interface ConfirmOptions {
  readonly rounds: number;
  readonly examine: (pair: Pair) => Comparison;
  /** Asks both again, or null when the call may not cost more. */
  again(): Promise<Sides<Outcome> | null>;
}

/**
 * Asks again, both sides interleaved, and says how much the mismatch is worth: `confirmed` when it came back each time from
 * an old that repeats itself there, `flaky` when it mostly went away, or now and then with an old that wavers.
 */
export async function confirm(first: Comparison, options: ConfirmOptions): Promise<Confidence> {
  const { pair } = first;
  if (pair === null) return "probable";
  const wanted = signature(first.differences);
  let rounds = 0;
  let repeated = 0;
  let wavering = false;
  for (let round = 0; round < options.rounds; round++) {
    const again = await options.again();
    if (again === null) break;
    const next = options.examine({ ...pair, ...again, control: null });
    if (next.state === "uncomparable") continue;
    rounds++;
    const seen = new Set(signature(next.differences));
    if (wanted.every((difference) => seen.has(difference))) repeated++;
    wavering ||= wavers(pair, again.old, wanted, options.examine);
  }
  if (rounds === 0) return "probable";
  if (repeated < rounds) return !wavering && repeated * 2 >= rounds ? "probable" : "flaky";
  return wavering || rounds < options.rounds ? "probable" : "confirmed";
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
    control: null,
    recorded: null,
  });
  return (
    state === "uncomparable" ||
    differences.some(({ pattern, kind }) => !NOISE_KINDS.has(kind) && places.has(pattern))
  );
}
