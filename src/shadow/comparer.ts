import { randomUUID } from "node:crypto";
import path from "node:path";
import { parseClientVersion } from "../classify/knowledge/client-version.ts";
import { usageError } from "../errors.ts";
import type { Exchange } from "../model/exchange.ts";
import type { JsonObject } from "../model/json.ts";
import type { RunHeader } from "../model/run.ts";
import type { Target } from "../model/target.ts";
import type { Adapters, Examine } from "../replay/ask/asking.ts";
import { check, type CheckResult } from "../replay/check/check.ts";
import { hasRun } from "../runs/open.ts";
import { readRun } from "../runs/reader.ts";
import { openLiveStore, type LiveStore } from "../runs/windows/live-store.ts";
import { createAdmission } from "./admission.ts";
import {
  count,
  EMPTY_LEDGER,
  factsOf,
  hear,
  pendingOf,
  reconcile,
  type Ledger,
  type TrafficCounts,
} from "./losses.ts";
import type { ShadowOptions } from "./options.ts";
import { startShadow, type Shadow } from "./shadow.ts";

/** Compares what passes with every candidate, each into a run of its own. */
export interface Comparer {
  offer(exchange: Exchange): void;
  hear(counts: TrafficCounts): void;
  /** Writes what was found; call it each second. */
  flush(): void;
  close(): Promise<void>;
}

export interface ComparerParts {
  readonly options: ShadowOptions;
  readonly adapters: Adapters;
  readonly examine: Examine;
  /** Folder of the run; of several candidates, of their runs. */
  readonly out: string;
  /** What shaped the run, without targets and secrets. */
  readonly stored: JsonObject;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Folder of each candidate's run. */
export function runFolders(out: string, candidates: number): string[] {
  return candidates === 1
    ? [out]
    : Array.from({ length: candidates }, (_, index) => path.join(out, `candidate-${index + 1}`));
}

/**
 * Looks at all targets, opens or goes on with the runs, and begins to compare. Throws usage errors (another network, a run of other
 * versions in the folder) and run failures (a target that gives no answer).
 */
export async function startComparer(parts: ComparerParts): Promise<Comparer> {
  const { options, out } = parts;
  const folders = runFolders(out, options.candidates.length);
  const lines: Line[] = [];
  try {
    for (const [index, candidate] of options.candidates.entries())
      lines.push(await startLine(parts, candidate, folders[index] ?? out));
  } catch (error) {
    await Promise.all(lines.map((line) => line.close()));
    throw error;
  }
  const admit = createAdmission(options.sample, options.sampleBy, 1);
  const probability = options.sample;
  return {
    offer(exchange) {
      const isTaken = admit(exchange);
      for (const line of lines) {
        if (isTaken) line.offer({ ...exchange, probability });
        else line.lose("sampled-out");
      }
    },
    hear: (counts) => lines.forEach((line) => line.hear(counts)),
    flush: () => lines.forEach((line) => line.flush()),
    async close() {
      await Promise.all(lines.map((line) => line.close()));
    },
  };
}

interface Line {
  offer(exchange: Exchange): void;
  lose(why: string): void;
  hear(counts: TrafficCounts): void;
  flush(): void;
  close(): Promise<void>;
}

async function startLine(parts: ComparerParts, candidate: Target, folder: string): Promise<Line> {
  const { options, adapters, examine, now, signal } = parts;
  const found = await check({
    old: [options.old],
    candidate: [candidate],
    chain: options.chain,
    allowBalanced: false,
    timeoutMs: options.timeoutMs,
    signal,
    recorded: [],
  });
  const oldest = (side: "old" | "candidate"): number =>
    Math.max(0, ...found[side].map(({ capabilities }) => Number(capabilities["oldestState"] ?? 0)));
  const header = headerOf(parts, found, folder);
  const store = openLiveStore(folder, header, now);
  // What a forerunner had in hand when it ended is lost.
  let ledger = reconcile(ledgerOf(store), 0);
  let received = 0;
  let told = 0;
  let closed = false;
  let compared = 0;
  let lost = new Map<string, number>();
  let gone = false;
  const lose = (why: string): void => {
    told++;
    lost.set(why, (lost.get(why) ?? 0) + 1);
  };
  const shadow: Shadow = await startShadow({
    options,
    candidate,
    adapters,
    chain: found.chain,
    examine,
    chainId: found.network.chainId,
    oldestState: { old: oldest("old"), candidate: oldest("candidate") },
    now,
    onResult(result) {
      // A chain split is a finding, and an event of a subscription a comparison: neither is an exchange.
      if (result.beside !== true) {
        compared++;
        told++;
      }
      if (!closed) store.add(result);
    },
    onLost: lose,
    onTimes: (oldMs, candidateMs) => store.addTimes(oldMs, candidateMs),
    onGone: (isGone) => {
      gone = isGone;
    },
  });
  const settleLedger = (): void => {
    ledger = count(ledger, compared, lost);
    compared = 0;
    lost = new Map();
    // What is still in hand has no more time; what nobody has in hand, a forerunner had.
    const inHand = Math.max(0, received - told);
    ledger = reconcile(count(ledger, 0, new Map(inHand > 0 ? [["shutdown", inHand]] : [])), 0);
  };
  const flush = (): void => {
    ledger = count(ledger, compared, lost);
    compared = 0;
    lost = new Map();
    store.setHeader({ ...header, recordings: [factsOf(ledger, now())] });
    store.flush({
      at: now(),
      gone,
      pending: pendingOf(ledger),
      ledger: ledger as unknown as JsonObject,
      ...(shadow.status() as unknown as JsonObject),
    });
  };
  return {
    offer(exchange) {
      received++;
      shadow.offer(exchange);
    },
    lose(why) {
      received++;
      shadow.pass();
      lose(why);
    },
    hear(counts) {
      ledger = hear(ledger, counts);
    },
    flush,
    async close() {
      await shadow.close();
      closed = true;
      settleLedger();
      flush();
      store.close();
    },
  };
}

function ledgerOf(store: LiveStore): Ledger {
  const kept = store.status()?.["ledger"];
  return kept === undefined ? EMPTY_LEDGER : (kept as unknown as Ledger);
}

/** A run that is there is gone on with, if it is of the same network and versions. */
function headerOf({ now, stored }: ComparerParts, found: CheckResult, folder: string): RunHeader {
  const fresh: RunHeader = {
    id: randomUUID(),
    createdAt: new Date(now()).toISOString(),
    command: "shadow",
    network: found.network,
    chains: [found.chain],
    recordings: [],
    old: found.old,
    candidate: found.candidate,
    configurationDifferences: found.differences,
    options: stored,
  };
  if (!hasRun(folder)) return fresh;
  const { header } = readRun(folder);
  const differing = [
    ...(header.command === "shadow" ? [] : [`it was made by ${header.command}`]),
    ...(header.network.chainId === found.network.chainId
      ? []
      : [`chain ${header.network.chainId} then, ${found.network.chainId} now`]),
    ...(["old", "candidate"] as const).flatMap((side) =>
      versionsOf(header[side]) === versionsOf(fresh[side])
        ? []
        : [`${side}: ${versionsOf(header[side])} then, ${versionsOf(fresh[side])} now`],
    ),
  ];
  if (differing.length > 0) {
    throw usageError(`The run in ${folder} is another one and can't be gone on with.`, {
      details: [...differing, "Give another --out."],
    });
  }
  return { ...fresh, id: header.id, createdAt: header.createdAt };
}

function versionsOf(targets: RunHeader["old"]): string {
  return targets
    .map(({ clientVersion }) => {
      const version = parseClientVersion(clientVersion);
      return version === null
        ? (clientVersion ?? "unknown version")
        : `${version.client} ${version.release.join(".")}`;
    })
    .join(", ");
}
