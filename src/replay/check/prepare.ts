import type { Sides } from "../../model/target.ts";
import { randomUUID } from "node:crypto";
import type { ChainName } from "../../model/exchange.ts";
import type { RecordingReader } from "../../model/recording.ts";
import type { RunHeader, RunPart } from "../../model/run.ts";
import type { Adapter } from "../../protocol/adapter.ts";
import { jsonRpc } from "../../protocol/json-rpc/adapter.ts";
import { rest } from "../../protocol/rest/adapter.ts";
import { readRoutes } from "../../import/open-api.ts";
import type { Adapters } from "../ask/asking.ts";
import { check } from "./check.ts";
import { partOf } from "../given/part.ts";
import type { Throttle } from "../send/throttle.ts";
import type { ReplayOptions } from "../given/options.ts";

export interface Prepared {
  readonly header: RunHeader;
  readonly adapters: Adapters;
  readonly chain: ChainName;
  readonly oldestState: Sides<number>;
}

interface PrepareOptions {
  readonly recordings: readonly RecordingReader[];
  readonly options: ReplayOptions;
  readonly allowBalanced: boolean;
  readonly signal: AbortSignal;
  readonly now: Date;
  /** Where this is a shard of a plan. */
  readonly throttle?: Throttle;
  readonly shard?: { readonly part: RunPart; readonly wholeOptions: ReplayOptions };
}

/**
 * Looks at all targets and gives the facts that head a run. Throws usage errors (another network, several nodes behind one
 * URL) and run failures (a target that can't be reached).
 */
export async function prepare(input: PrepareOptions): Promise<Prepared> {
  const { recordings, options, allowBalanced, signal, now, shard, throttle } = input;
  const chains = chainsOf(recordings);
  const { old, candidate, timeoutMs } = options;
  const found = await check({
    old,
    candidate,
    // A recording of nothing known may still be of a known node: it is asked.
    chain: options.chain ?? chains.find((chain) => chain !== "other") ?? null,
    allowBalanced,
    timeoutMs,
    signal,
    ...(throttle === undefined ? {} : { throttle }),
    recorded: [
      ...recordings.map(({ facts, header }) => ({
        name: `recording ${facts.name}`,
        network: header.network,
      })),
      ...(options.network === null
        ? []
        : [{ name: "--network", network: { chainId: options.network, genesisHash: null } }]),
    ],
  });
  const oldest = (side: "old" | "candidate"): number =>
    Math.max(0, ...found[side].map(({ capabilities }) => Number(capabilities["oldestState"] ?? 0)));
  return {
    adapters: await adaptersOf(options.openApi),
    chain: found.chain,
    oldestState: { old: oldest("old"), candidate: oldest("candidate") },
    header: {
      id: randomUUID(),
      createdAt: now.toISOString(),
      command: "replay",
      network: found.network,
      chains,
      recordings: recordings.map(({ facts }) => facts),
      parts: [shard?.part ?? partOf(recordings, options)],
      old: found.old,
      candidate: found.candidate,
      configurationDifferences: found.differences,
      options: shownOptions(shard?.wholeOptions ?? options),
    },
  };
}

/** Exchanges of a recording that are looked at to see of which chains its calls are. */
const LOOKED_AT = 2_000;

/** Chains of the recordings' calls, the most frequent first. Health checks and static files are of `other`. */
function chainsOf(recordings: readonly RecordingReader[]): ChainName[] {
  const counts = new Map<ChainName, number>();
  for (const recording of recordings) {
    let looked = 0;
    for (const exchange of recording.exchanges()) {
      if (looked++ === LOOKED_AT) break;
      const adapter = exchange.protocol === "json-rpc" ? jsonRpc : INFERRED;
      for (const { chain } of adapter.read(exchange)?.calls ?? []) {
        counts.set(chain, (counts.get(chain) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([chain]) => chain);
}

const INFERRED = rest([]);

/** How each wire is read and written; REST by the routes of an OpenAPI file, where there is one. */
export async function adaptersOf(openApi: string | null): Promise<Adapters> {
  return { "json-rpc": jsonRpc, rest: await restAdapter(openApi) };
}

async function restAdapter(openApi: string | null): Promise<Adapter> {
  return openApi === null ? INFERRED : rest(await readRoutes(openApi));
}

/** What shaped the run, without targets (which the header has) and their credentials. */
function shownOptions({
  old: _old,
  candidate: _candidate,
  ...options
}: ReplayOptions): RunHeader["options"] {
  return {
    ...options,
    include: [...options.include],
    exclude: [...options.exclude],
    allowMethods: [...options.allowMethods],
  };
}
