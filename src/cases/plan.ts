import { z } from "zod";
import { ALL_KINDS, type Kind } from "../model/kinds.ts";
import { describe } from "../classify/knowledge/known-changes.ts";
import type { KnownChangeEntry } from "../classify/knowledge/schema.ts";
import { type CaseRequest, probesFor } from "../chains/ethereum/probes.ts";
import type { TeamCase } from "./team-file.ts";

const kind = z.enum(ALL_KINDS);

/** What a run has to show of one named change. Stored in the recording of its probes, and read again at the end of a run. */
export const casePlan = z.object({
  name: z.string(),
  title: z.string(),
  source: z.string().nullable(),
  kinds: z.array(kind),
  methods: z.array(z.string()),
  paths: z.array(z.string()),
  /** Why no request can show it, or null. */
  untestable: z.string().nullable(),
  waiver: z.string().nullable(),
  /** Named by release notes and covered by no case. */
  open: z.boolean(),
});

export type CasePlan = z.output<typeof casePlan>;

export interface PlannedCase {
  readonly plan: CasePlan;
  readonly requests: readonly CaseRequest[];
}

/** The case of a change that the changelog knowledge names. */
export function knownCase(entry: KnownChangeEntry, index: number): PlannedCase {
  const requests = entry.methods.flatMap((method) => probesFor(method));
  const { summary } = describe(entry);
  return {
    plan: {
      name: `${entry.client}-${entry.version}-${numberOf(entry.source) ?? index + 1}-${entry.category}`,
      title: `${entry.methods.slice(0, 3).join(", ")}: ${summary}`,
      source: entry.source,
      kinds: [...entry.kinds],
      methods: [...entry.methods],
      paths: [...entry.paths],
      untestable: untestable(entry, requests.length),
      waiver: null,
      open: false,
    },
    requests,
  };
}

function untestable({ kinds, methods }: KnownChangeEntry, requests: number): string | null {
  if (kinds.length === 0) return "it changes what may be asked, not what is answered";
  if (methods.includes("*") && requests === 0)
    return "it is about the transport, not about a method";
  return requests === 0
    ? `no harmless request of ${methods.slice(0, 3).join(", ")} is known that works on every chain`
    : null;
}

/** `33709` of `…/pull/33709`, or the start of a commit. */
export function numberOf(source: string): string | null {
  return (
    /\/(?:pull|issues)\/(\d+)|\/commit\/([0-9a-f]{7})/.exec(source)?.slice(1).find(Boolean) ?? null
  );
}

/** A team's own case. */
export function teamCase(given: TeamCase): PlannedCase {
  const kinds: readonly Kind[] = given.expect ? [given.expect.kind] : [];
  return {
    plan: {
      name: given.name,
      title: given.title ?? given.name,
      source: given.source ?? null,
      kinds: [...kinds],
      methods: [...new Set(given.requests.map(({ method }) => method))],
      paths: given.expect?.path === undefined ? [] : [given.expect.path],
      untestable: given.requests.length === 0 ? "it has no request" : null,
      waiver: given.waiver ?? null,
      open: false,
    },
    requests: given.requests,
  };
}
