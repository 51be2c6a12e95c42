import type { JudgeConfiguration } from "../config/judging.ts";
import type { DismissedGroup } from "../model/judged.ts";
import type { GroupFacts, NoiseFacts, RunFacts } from "../model/run.ts";
import { rate, whole } from "../words.ts";
import { benjaminiHochberg } from "../statistics/false-discovery.ts";
import { mcnemarExact } from "../statistics/mcnemar.ts";

interface Sifted {
  readonly kept: readonly GroupFacts[];
  readonly dismissed: readonly DismissedGroup[];
}

/**
 * Sets aside the groups at paths where old itself does not always repeat, unless candidate differs more often there than
 * old does from itself. A path where the control always repeats needs no test: one mismatch there is a fact.
 */
export function siftNoise(facts: RunFacts, settings: JudgeConfiguration["noise"]): Sifted {
  if (!settings.test) return { kept: facts.groups, dismissed: [] };
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
    const more = row.candidateOnly > row.controlOnly;
    if (more && adjusted <= settings.falseDiscoveryRate) continue;
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

function keyOf(row: {
  readonly method: string;
  readonly path: string;
  readonly kind: string;
}): string {
  return `${row.kind}\n${row.method}\n${row.path}`;
}
