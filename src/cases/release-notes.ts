import { numberOf, type CasePlan, type PlannedCase } from "./plan.ts";
import type { TeamCase } from "./team-file.ts";

export interface Bullet {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly text: string;
  readonly state: "tested" | "waived" | "open";
  /** Name of the case that covers it. */
  readonly by: string | null;
}

/** The bullets of a release's notes, each tested by a case that names its pull request, waived by a team's case, or open. */
export function readReleaseNotes(
  text: string,
  cases: readonly PlannedCase[],
  team: readonly TeamCase[],
): Bullet[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const bullet = /^\s*[-*+]\s+(?:\[[ x]\]\s+)?(.+)$/.exec(raw)?.[1]?.trim();
    return bullet === undefined ? [] : [judge(bullet, index + 1, cases, team)];
  });
}

function judge(
  text: string,
  line: number,
  cases: readonly PlannedCase[],
  team: readonly TeamCase[],
): Bullet {
  const own = team.find(({ covers }) => covers !== undefined && text.includes(covers));
  if (own)
    return { line, text, state: own.waiver === undefined ? "tested" : "waived", by: own.name };
  const numbers = new Set(
    Array.from(text.matchAll(/(?:#|\/pull\/)(\d+)/g), ([, number]) => number),
  );
  const known = cases.find(({ plan }) => numbers.has(numberOf(plan.source ?? "") ?? "none"));
  return { line, text, state: known ? "tested" : "open", by: known?.plan.name ?? null };
}

/** An open bullet as a case, so that a run that used this recording lists it and its gate counts it. */
export function openCase({ line, text }: Bullet): CasePlan {
  return {
    name: `release-notes:${line}`,
    title: text,
    source: null,
    kinds: [],
    methods: [],
    paths: [],
    untestable: null,
    waiver: null,
    open: true,
  };
}
