import { changesBetween } from "../classify/knowledge/known-changes.ts";
import { knownCase, teamCase, type CasePlan, type PlannedCase } from "./plan.ts";
import { openCase, readReleaseNotes, type Bullet } from "./release-notes.ts";
import type { TeamCase } from "./team-file.ts";
import type { CaseRequest } from "../chains/ethereum/probes.ts";

export interface CasesRequest {
  readonly client: string;
  readonly from: string;
  readonly to: string;
  readonly team: readonly TeamCase[];
  /** Text of the release notes, or null. */
  readonly releaseNotes: string | null;
}

export interface ComposedCases {
  readonly plans: readonly CasePlan[];
  /** Each with the name of its case; the same request of two cases is sent once. */
  readonly requests: readonly { readonly name: string; readonly request: CaseRequest }[];
  readonly bullets: readonly Bullet[];
}

/** The cases of an upgrade: what the changelog knowledge names, the team's own, and what the release notes leave open. */
export function composeCases({
  client,
  from,
  to,
  team,
  releaseNotes,
}: CasesRequest): ComposedCases {
  const known = changesBetween({
    oldVersion: `${client}/v${from}`,
    candidateVersion: `${client}/v${to}`,
  }).map(knownCase);
  const cases = uniquelyNamed([...known, ...team.map(teamCase)]);
  const bullets = releaseNotes === null ? [] : readReleaseNotes(releaseNotes, cases, team);
  const requests = new Map<string, { name: string; request: CaseRequest }>();
  for (const { plan, requests: wanted } of cases)
    for (const request of wanted) {
      const text = JSON.stringify([request.method, request.params]);
      if (!requests.has(text)) requests.set(text, { name: `case:${plan.name}`, request });
    }
  return {
    plans: [
      ...cases.map(({ plan }) => plan),
      ...bullets.filter(({ state }) => state === "open").map(openCase),
    ],
    requests: [...requests.values()],
    bullets,
  };
}

/** One pull request may change several things in the same way. */
function uniquelyNamed(cases: readonly PlannedCase[]): PlannedCase[] {
  const seen = new Map<string, number>();
  return cases.map(({ plan, requests }) => {
    const count = (seen.get(plan.name) ?? 0) + 1;
    seen.set(plan.name, count);
    return { plan: count === 1 ? plan : { ...plan, name: `${plan.name}-${count}` }, requests };
  });
}
