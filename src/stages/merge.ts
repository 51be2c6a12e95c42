import { usageError } from "../errors.ts";
import { CASE_ORDER, checkMergeable, endOf, mergeHeaders } from "../judge/merge.ts";
import { distinct } from "../judge/merge/rows.ts";
import { joinParts, partsOf, resolveParts, type Parts } from "../judge/merge/parts.ts";
import type { RunHead, RunHeader } from "../model/run.ts";
import { mergeRunFiles } from "../runs/merge.ts";
import { readRunHead } from "../runs/reader.ts";

export interface MergeRequest {
  /** Folders of runs, in any order. */
  readonly runs: readonly string[];
  readonly out: string;
  /** What the whole says of itself; the parts' own, joined, where left out. */
  readonly header?: RunHeader;
  /** Added to the reasons for which the whole is incomplete. */
  readonly incomplete?: string;
}

export type Merged = Pick<Parts<RunHead>, "missing" | "repeated"> & {
  readonly incompleteReason: string | null;
};

/**
 * Joins runs into one. The order in which they are given does not matter: shards are added in their order. Throws usage
 * errors as `checkMergeable` and `resolveParts` do, and where `out` has a run already.
 */
export function mergeRuns({ runs, out, header, incomplete }: MergeRequest): Merged {
  const heads = runs.map((folder) => ({ folder, ...readRunHead(folder) }));
  if (heads.length === 0) throw usageError("No run was given.");
  checkMergeable(heads);
  const { counted, missing, repeated } = resolveParts(heads);
  const ordered = counted.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const whole = header ?? mergeHeaders(ordered);
  const works = [...new Set(ordered.map(workOf))];
  const end = endOf(ordered);
  const reasons = [incomplete, end.incompleteReason].filter((reason) => reason != null);
  const incompleteReason = reasons.length === 0 ? null : reasons.join("; ");
  mergeRunFiles(
    out,
    ordered.map((run) => ({
      folder: run.folder,
      prefix: works.length === 1 ? "" : `${works.indexOf(workOf(run)) + 1}/`,
      targets: run.header.candidate.map(({ url, clientVersion }) =>
        Math.max(
          0,
          whole.candidate.findIndex(
            (target) => target.url === url && target.clientVersion === clientVersion,
          ),
        ),
      ),
    })),
    { header: whole, incompleteReason, finishedAt: end.finishedAt, caseOrder: CASE_ORDER },
  );
  return { missing, repeated, incompleteReason };
}

function workOf(run: RunHead): string {
  return partsOf(run)
    .map(({ work, of }) => `${of} ${work}`)
    .sort()
    .join("\n");
}

/** Shards by their number, works by their recordings' names: the same whole from the same parts. */
function sortKey(run: RunHead): string {
  const names = run.header.recordings.map(({ name }) => name).join("\n");
  const shards = partsOf(run).flatMap(({ shards }) => shards);
  const shard = String(Math.min(...shards)).padStart(9, "0");
  return `${names}\n${workOf(run)}\n${shard}\n${run.header.id}`;
}

/** The whole is one replay: of its first shard's name, begun when the first of them was. */
export function wholeHeader(folders: readonly string[]): RunHeader {
  const headers = folders.map((folder) => readRunHead(folder).header);
  const [first] = headers as [RunHeader, ...RunHeader[]];
  return {
    ...first,
    configurationDifferences: distinct(
      headers.flatMap(({ configurationDifferences }) => configurationDifferences),
    ),
    createdAt: headers.map(({ createdAt }) => createdAt).sort()[0] ?? first.createdAt,
    parts: joinParts(headers.flatMap(({ parts }) => parts ?? [])),
  };
}
