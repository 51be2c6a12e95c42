import { statSync } from "node:fs";
import { caseFacts, casePlansOf } from "../cases/outcome.ts";
import { usageError } from "../errors.ts";
import { hasRun } from "../runs/open.ts";
import { readRun } from "../runs/reader.ts";
import { openRunStore } from "../runs/store.ts";
import { storeRun } from "./store-run.ts";
import type { Progress } from "../model/progress.ts";
import type { RecordingReader } from "../model/recording.ts";
import type { RunHeader, RunPart } from "../model/run.ts";
import type { Examine } from "../replay/ask/asking.ts";
import { keepNurserySmall } from "./memory.ts";
import type { Exclusive } from "../replay/drive/input.ts";
import type { Throttle } from "../replay/send/throttle.ts";
import type { ReplayOptions } from "../replay/given/options.ts";
import { prepare } from "../replay/check/prepare.ts";
import { headsApart, lagOf, type Standing } from "../replay/heads/lag.ts";
import { replay } from "../replay/drive/replay.ts";

export interface ShardOf {
  readonly part: RunPart;
  readonly wholeOptions: ReplayOptions;
  /** Exchanges in this shard. */
  readonly exchanges: number;
}

export interface ReplayRun {
  readonly recordings: readonly RecordingReader[];
  readonly options: ReplayOptions;
  readonly allowBalanced: boolean;
  /** Folder of the run. */
  readonly out: string;
  /** Go on with the run that is there; without it, a run that is there is refused. */
  readonly resume: boolean;
  /** Where this is a shard: which part its run is, and the options of the whole, which the run shows. */
  readonly shard?: ShardOf;
  readonly exclusive?: Exclusive;
  readonly throttle?: Throttle;
  readonly examine: Examine;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly onHeader?: (header: RunHeader) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Told of both sides' heads whenever they were looked at. */
  readonly onStanding?: (standing: Standing) => void;
  readonly note?: (text: string) => void;
}

export interface ReplayRunResult {
  readonly header: RunHeader;
  /** Why the run is incomplete, or null. */
  readonly incomplete: string | null;
}

/** Checks the targets, replays, and stores the run. Errors are those of `prepare`, `replay` and the run store. */
export async function replayToRun(run: ReplayRun): Promise<ReplayRunResult> {
  const { recordings, options, allowBalanced, out, resume, examine, signal, now, shard } = run;
  keepNurserySmall();
  // Before anything is sent: a run of hours must not end at the door.
  if (!resume) refuseRun(out);
  const prepared = await prepare({
    recordings,
    options,
    allowBalanced,
    signal,
    now: now(),
    ...(shard === undefined ? {} : { shard }),
    ...(run.throttle === undefined ? {} : { throttle: run.throttle }),
  });
  const header = resume ? resumed(out, prepared.header) : prepared.header;
  const store = openRunStore(out, header, resume);
  run.onHeader?.(header);
  let furthest: Standing = { old: null, candidate: null };
  try {
    const results = replay({
      recordings,
      options,
      adapters: prepared.adapters,
      chain: prepared.chain,
      chainId: header.network.chainId,
      oldestState: prepared.oldestState,
      examine,
      signal,
      ...(run.exclusive === undefined ? {} : { exclusive: run.exclusive }),
      ...(run.throttle === undefined ? {} : { throttle: run.throttle }),
      isDone: resume ? (key) => store.isDone(key) : () => false,
      note: (text) => run.note?.(text),
      onStanding(standing) {
        run.onStanding?.(standing);
        if ((lagOf(standing)?.blocks ?? 0) > (lagOf(furthest)?.blocks ?? 0)) furthest = standing;
      },
    });
    const { onProgress } = run;
    const incomplete = await storeRun(store, results, {
      signal,
      now,
      total: shard?.exchanges ?? exchangesOf(recordings),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const plans = casePlansOf(recordings.map((recording) => recording.header));
    if (plans.length > 0) store.setCases(caseFacts(plans, readRun(out)));
    return { header, incomplete };
  } finally {
    store.setHeader(withHeads(header, furthest));
    store.close();
  }
}

/** The header with how far apart heads were at worst, in the place of how far the check found them. */
function withHeads(header: RunHeader, furthest: Standing): RunHeader {
  const apart = headsApart(furthest, " at worst");
  if (apart.length === 0) return header;
  const others = header.configurationDifferences.filter(({ capability }) => capability !== "head");
  return { ...header, configurationDifferences: [...apart, ...others] };
}

/** Exchanges that recordings hold, all together. */
export function exchangesOf(recordings: readonly RecordingReader[]): number {
  return recordings.reduce((sum, { facts }) => sum + facts.stored, 0);
}

/** Throws a usage error where a new run would stand in the place of another. */
export function refuseRun(out: string): void {
  if (statSync(out, { throwIfNoEntry: false })?.isFile() === true)
    throw usageError(`${out} is a file; --out names a folder for the run.`);
  if (!hasRun(out)) return;
  throw usageError(`${out} has a run already.`, {
    details: ["Give another --out, or --resume to go on with it."],
  });
}

/** Options that say which calls are asked and how: half a run under one and half under another would prove nothing. */
const SELECTING = ["include", "exclude", "allowMethods", "limit", "pin", "rebase", "seed"];

/** A resumed run keeps its name and its start; it must be the same replay: recordings, versions, network and selection. */
function resumed(out: string, header: RunHeader): RunHeader {
  const before = readRun(out).header;
  const wanted = identityOf(header);
  const differing = Object.entries(identityOf(before)).flatMap(([name, value]) =>
    value === wanted[name] ? [] : [`${name}: ${value} then, ${wanted[name]} now`],
  );
  if (differing.length > 0) {
    throw usageError(
      `The run in ${out} is of another replay and can't be resumed with these options.`,
      {
        details: [
          ...differing,
          "Repeat the command that began it with --resume, or give another --out.",
        ],
      },
    );
  }
  return { ...header, id: before.id, createdAt: before.createdAt };
}

function versions(targets: RunHeader["old"]): string {
  return targets.map(({ clientVersion }) => clientVersion ?? "unknown version").join(", ");
}

function identityOf(header: RunHeader): Record<string, string> {
  return {
    recordings: header.recordings.map(({ name }) => name).join(", "),
    shard: (header.parts ?? []).map(({ shards, of }) => `${shards.join(", ")} of ${of}`).join("; "),
    network: header.network.chainId,
    old: versions(header.old),
    candidate: versions(header.candidate),
    ...Object.fromEntries(
      SELECTING.map((name) => [name, JSON.stringify(header.options[name] ?? null)]),
    ),
  };
}
