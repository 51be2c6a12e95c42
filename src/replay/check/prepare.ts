import { randomUUID } from "node:crypto";
import type { Protocol } from "../../model/exchange.ts";
import type { RecordingReader } from "../../model/recording.ts";
import type { RunHeader, RunPart } from "../../model/run.ts";
import type { Adapter } from "../../protocol/adapter.ts";
import { jsonRpc } from "../../protocol/json-rpc/adapter.ts";
import { rest } from "../../protocol/rest/adapter.ts";
import { readRoutes } from "../../import/open-api.ts";
import type { Sides } from "../ask/asking.ts";
import { check } from "./check.ts";
import { partOf } from "../given/part.ts";
import type { ReplayOptions } from "../given/options.ts";

export interface Prepared {
  readonly header: RunHeader;
  readonly adapter: Adapter;
  readonly oldestState: Sides<number>;
}

interface PrepareOptions {
  readonly recordings: readonly RecordingReader[];
  readonly options: ReplayOptions;
  readonly allowBalanced: boolean;
  readonly signal: AbortSignal;
  readonly now: Date;
  /** Where this is a shard of a plan. */
  readonly shard?: { readonly part: RunPart; readonly wholeOptions: ReplayOptions };
}

/**
 * Looks at all targets and gives the facts that head a run. Throws usage errors (another network, several nodes behind one
 * URL, a recording of both protocols) and run failures (a target that can't be reached).
 */
export async function prepare(input: PrepareOptions): Promise<Prepared> {
  const { recordings, options, allowBalanced, signal, now, shard } = input;
  const protocol = protocolOf(recordings);
  const { old, candidate, timeoutMs } = options;
  const found = await check({
    old,
    candidate,
    protocol,
    allowBalanced,
    timeoutMs,
    signal,
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
    adapter: await adapterOf(protocol, options.openApi),
    oldestState: { old: oldest("old"), candidate: oldest("candidate") },
    header: {
      id: randomUUID(),
      createdAt: now.toISOString(),
      command: "replay",
      network: found.network,
      recordings: recordings.map(({ facts }) => facts),
      parts: [shard?.part ?? partOf(recordings, options)],
      old: found.old,
      candidate: found.candidate,
      configurationDifferences: found.differences,
      options: shownOptions(shard?.wholeOptions ?? options),
    },
  };
}

function protocolOf(recordings: readonly RecordingReader[]): Protocol {
  for (const recording of recordings) {
    for (const exchange of recording.exchanges()) return exchange.protocol;
  }
  return "json-rpc";
}

async function adapterOf(protocol: Protocol, openApi: string | null): Promise<Adapter> {
  if (protocol === "json-rpc") return jsonRpc;
  if (openApi === null) return rest([]);
  return rest(await readRoutes(openApi));
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
