import { usageError } from "../../errors.ts";
import type { MissingShards, RepeatedRun, RunHead, RunPart } from "../../model/run.ts";

export interface Parts<Run> {
  /** The runs that count, in the order in which they were given. */
  readonly counted: readonly Run[];
  readonly repeated: readonly RepeatedRun[];
  readonly missing: readonly MissingShards[];
}

/**
 * Which of several runs count. The same part done twice counts once, in its newest complete run; shards that no run has are
 * named. Throws a usage error where runs ask some of the same calls without being the same part, as no choice between
 * them would be right: other shards of one recording, another selection of it, or other nodes.
 */
export function resolveParts<Run extends RunHead>(runs: readonly Run[]): Parts<Run> {
  const counted: Run[] = [];
  const repeated: RepeatedRun[] = [];
  for (const same of Map.groupBy(runs, identityOf).values()) {
    const [best, ...others] = same.sort(bestFirst);
    if (best === undefined) continue;
    counted.push(best);
    for (const other of others) {
      checkSameNodes(best, other);
      const what = partsOf(best).map((part) => partText(part, best));
      repeated.push({
        id: other.header.id,
        what: what.join(", "),
        countedBy: best.header.id,
      });
    }
  }
  counted.sort((a, b) => runs.indexOf(a) - runs.indexOf(b));
  checkOverlap(counted);
  return { counted, repeated, missing: missingOf(counted) };
}

/** A run of an older version says nothing of its parts: it is a work of its own. */
export function partsOf({ header }: Pick<RunHead, "header">): readonly RunPart[] {
  const own = `run ${header.id}`;
  return header.parts ?? [{ work: own, contents: [own], shards: [0], of: 1, plan: null }];
}

/** Shards of one work as one part; all of them are the whole, however it was divided. */
export function joinParts(parts: readonly RunPart[]): RunPart[] {
  const works = Map.groupBy(parts, ({ work, of, plan, window }) =>
    JSON.stringify([work, of, plan, window]),
  );
  return [...works.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const shards = [...new Set(own.flatMap(({ shards }) => shards))].sort((a, b) => a - b);
    return [shards.length === first.of ? { ...first, shards: [0], of: 1 } : { ...first, shards }];
  });
}

function identityOf(run: RunHead): string {
  return JSON.stringify(
    partsOf(run)
      .map(({ work, shards, of, window }) => [
        work,
        of,
        shards.toSorted((a, b) => a - b),
        window?.from ?? null,
        window?.until ?? null,
      ])
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  );
}

function bestFirst(a: RunHead, b: RunHead): number {
  return (
    Number(b.complete) - Number(a.complete) ||
    compareTexts(endOf(b), endOf(a)) ||
    compareTexts(a.header.id, b.header.id)
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function endOf({ header, finishedAt }: RunHead): string {
  return finishedAt ?? header.createdAt;
}

/** Shards of a plan go to whichever node is free; two runs by hand of other nodes are two statements. */
function checkSameNodes(best: RunHead, other: RunHead): void {
  if (partsOf(best).every(({ plan }) => plan !== null)) return;
  const [ours, theirs] = [nodesOf(best), nodesOf(other)];
  if (ours === theirs) return;
  throw usageError(
    `The runs ${best.header.id} and ${other.header.id} asked the same calls of other nodes: as one they would count twice.`,
    { details: [ours, theirs, "Judge them one by one, or replay once with all nodes of a side."] },
  );
}

function nodesOf({ header }: RunHead): string {
  const urls = (side: "old" | "candidate"): string =>
    header[side]
      .map(({ url }) => url)
      .sort()
      .join(", ");
  return `${urls("old")} against ${urls("candidate")}`;
}

interface Claim {
  readonly part: RunPart;
  readonly run: RunHead;
}

function checkOverlap(runs: readonly RunHead[]): void {
  const claims = runs.flatMap((run) => partsOf(run).map((part): Claim => ({ part, run })));
  const byContent = new Map<string, Claim[]>();
  for (const claim of claims) {
    for (const content of new Set(claim.part.contents)) {
      const before = byContent.get(content) ?? [];
      const other = before.find(({ part }) => overlap(part, claim.part));
      if (other !== undefined) throw overlapping(other, claim);
      byContent.set(content, [...before, claim]);
    }
  }
}

function overlap(a: RunPart, b: RunPart): boolean {
  if (a.work !== b.work || a.of !== b.of) return true;
  if (a.window !== undefined && b.window !== undefined) {
    return a.window.from < b.window.until && b.window.from < a.window.until;
  }
  const own = new Set(a.shards);
  return b.shards.some((shard) => own.has(shard));
}

function overlapping(a: Claim, b: Claim): Error {
  return usageError(
    `The runs ${a.run.header.id} and ${b.run.header.id} hold some of the same calls, which would count twice.`,
    {
      details: [
        `${a.run.header.id}: ${partText(a.part, a.run)}`,
        `${b.run.header.id}: ${partText(b.part, b.run)}`,
        "Give the shards of one division, or one run of each recording.",
      ],
    },
  );
}

function missingOf(runs: readonly RunHead[]): MissingShards[] {
  const claims = runs.flatMap((run) => partsOf(run).map((part): Claim => ({ part, run })));
  const works = Map.groupBy(claims, ({ part }) => `${part.of} ${part.work}`);
  return [...works.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const there = new Set(own.flatMap(({ part }) => part.shards));
    const { of } = first.part;
    const shards = Array.from({ length: of }, (_, shard) => shard).filter(
      (shard) => !there.has(shard),
    );
    return shards.length === 0 ? [] : [{ name: nameOf(first.run), shards, of }];
  });
}

function nameOf({ header }: RunHead): string {
  return header.recordings.map(({ name }) => name).join(", ");
}

const SHARDS_NAMED = 10;

/** `all of mainnet`, `shard 2 of 4 of mainnet`, `shards 0, 1 of 4 of mainnet`: shards are numbered from 0. */
function partText({ shards, of, window }: RunPart, run: RunHead): string {
  if (window !== undefined) {
    return `${nameOf(run)} from ${new Date(window.from).toISOString()} until ${new Date(window.until).toISOString()}`;
  }
  if (of === 1) return `all of ${nameOf(run)}`;
  return `${shardsText(shards)} of ${of} of ${nameOf(run)}`;
}

/** `shard 3`, `shards 3, 7 and 12 more`. */
export function shardsText(shards: readonly number[]): string {
  const named = shards.slice(0, SHARDS_NAMED).join(", ");
  const more = shards.length - SHARDS_NAMED;
  return `shard${shards.length === 1 ? "" : "s"} ${named}${more > 0 ? ` and ${more} more` : ""}`;
}
