import type { JudgeConfiguration } from "../config/judging.ts";
import type { DismissedGroup } from "../model/judged.ts";
import type { Place } from "../model/difference.ts";
import type { GroupFacts, NoiseFacts, RunFacts } from "../model/run.ts";
import { rate, whole } from "../words.ts";
import { chainOf, methodKnowledge } from "../chains/index.ts";
import { atLeast } from "../statistics/binomial.ts";
import { benjaminiHochberg } from "../statistics/false-discovery.ts";
import { mcnemarExact } from "../statistics/mcnemar.ts";

interface Sifted {
  readonly kept: readonly GroupFacts[];
  readonly dismissed: readonly DismissedGroup[];
}

/**
 * Sets aside the groups at paths where old itself does not always repeat, unless candidate differs more often there than
 * old does from itself, more calls were confirmed than chance confirms, or one stood however often it was asked for. A path
 * where the control always repeats needs no test: one mismatch there is a fact.
 */
export function siftNoise(facts: RunFacts, settings: JudgeConfiguration["noise"]): Sifted {
  if (!settings.test) return { kept: facts.groups, dismissed: [] };
  const firm = new Set(facts.firm?.map(keyOf));
  const noise = new Map(facts.noise.map((row) => [keyOf(row), row]));
  const noisy = facts.groups.flatMap((group) => {
    const row = noise.get(keyOf(group));
    return row === undefined || row.controlOnly + row.both === 0 ? [] : [{ group, row }];
  });
  const tested = noisy.map(({ row }) => mcnemarExact(row.candidateOnly, row.controlOnly));
  const q = benjaminiHochberg(tested);
  const dismissed = new Map<GroupFacts, DismissedGroup>();
  for (const [index, { group, row }] of noisy.entries()) {
    const adjusted = q[index] ?? 1;
    if (firm.has(keyOf(group))) continue;
    const more = row.candidateOnly > row.controlOnly;
    if (more && adjusted <= settings.falseDiscoveryRate) continue;
    if (byChance(group, row) <= settings.falseDiscoveryRate * CERTAIN) continue;
    const { fingerprint, kind, method, path } = group;
    dismissed.set(group, {
      fingerprint,
      kind,
      method,
      path,
      reason: reasonOf(row, adjusted, settings.falseDiscoveryRate),
    });
  }
  return {
    kept: facts.groups.filter((group) => !dismissed.has(group)),
    dismissed: [...dismissed.values()],
  };
}

/**
 * Chances that a call of a noisy path is confirmed, to those that its control mismatches, where both sides draw from the same
 * two values: the worst case is a fair coin. A light call is confirmed where seven answers of old agree and six of candidate
 * are all the other value, twice 2⁻¹³, against a half: 1 to 2,048. A heavy one, asked again once, where three agree and two
 * are the other: 1 to 8.
 */
const BY_CHANCE = { light: 1 / 2_049, heavy: 1 / 9 } as const;

/** This second look at the same groups may add no more than a quarter to their false discoveries. */
const CERTAIN = 0.25;

/** How likely so many confirmed calls are, if what is confirmed here is the noise of the path. */
function byChance({ method, confidence }: GroupFacts, { controlOnly, both }: NoiseFacts): number {
  const chain = chainOf(method.includes(" ") ? "rest" : "json-rpc", method);
  const { cost } = methodKnowledge(chain, method);
  return atLeast(confidence.confirmed, confidence.confirmed + controlOnly + both, BY_CHANCE[cost]);
}

function reasonOf(row: NoiseFacts, q: number, limit: number): string {
  const discordant = row.candidateOnly + row.controlOnly;
  // The most one-sided outcome of so few calls would still not be significant.
  const powerless = mcnemarExact(discordant, 0) > limit ? "; too few calls to tell" : "";
  return (
    `old did not repeat itself here: only candidate differed in ${whole(row.candidateOnly)} calls, ` +
    `only the control in ${whole(row.controlOnly)}, both in ${whole(row.both)} ` +
    `(McNemar, q ${rate(q)} > ${rate(limit)}${powerless})`
  );
}

function keyOf(row: Place): string {
  return `${row.kind}\n${row.method}\n${row.path}`;
}
