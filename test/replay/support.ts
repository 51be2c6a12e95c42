import { onTestFinished } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import type { Comparison, ExchangeResult } from "../../src/model/comparison.ts";
import type { Exchange } from "../../src/model/exchange.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { RecordingReader } from "../../src/model/recording.ts";
import type { Adapter } from "../../src/protocol/adapter.ts";
import { jsonRpc } from "../../src/protocol/json-rpc/adapter.ts";
import { rest } from "../../src/protocol/rest/adapter.ts";
import { REPLAY_DEFAULTS, type ReplayOptions } from "../../src/replay/given/options.ts";
import { replay } from "../../src/replay/drive/replay.ts";
import { targetOf } from "../../src/replay/given/targets.ts";
import {
  startFakeNode,
  type FakeNode,
  type FakeNodeOptions,
} from "../support/servers/fake-node.ts";
import type { Target, Side } from "../../src/model/target.ts";

/** A fake node that ends with the test. */
export async function node(options: FakeNodeOptions = {}): Promise<FakeNode> {
  const started = await startFakeNode(options);
  onTestFinished(() => started.close());
  return started;
}

export function target(side: Side, url: string, index = 0): Target {
  return targetOf(side, index, url, {}, undefined);
}

/** An exchange of one request body, as an importer makes it. */
export function exchangeOf(
  id: number,
  body: JsonValue,
  overrides: Partial<Exchange> = {},
): Exchange {
  return {
    id,
    at: 1_700_000_000_000 + id,
    durationMs: null,
    protocol: "json-rpc",
    transport: "http",
    connection: null,
    customer: null,
    name: null,
    request: {
      verb: "POST",
      path: "/",
      headers: {},
      body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    },
    response: null,
    probability: 1,
    unreplayable: null,
    ...overrides,
  };
}

export function call(
  method: string,
  params: readonly JsonValue[] = [],
  id: JsonValue = 1,
): JsonValue {
  return { jsonrpc: "2.0", id, method, params: [...params] };
}

/** An answer as a recording holds it. */
export function answered(result: JsonValue): Partial<Exchange> {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
  return { response: { status: 200, headers: {}, body } };
}

/** A REST exchange. */
export function restExchange(
  id: number,
  verb: string,
  requestPath: string,
  body: JsonValue = null,
): Exchange {
  return exchangeOf(id, null, {
    protocol: "rest",
    request: {
      verb,
      path: requestPath,
      headers: body === null ? {} : { "content-type": "application/json" },
      body: body === null ? null : Buffer.from(JSON.stringify(body)),
    },
  });
}

export function recordingOf(exchanges: readonly Exchange[]): RecordingReader {
  return {
    path: "memory",
    header: {
      formatVersion: 1,
      createdAt: "2026-01-01T00:00:00Z",
      source: "test",
      network: { chainId: "unknown", genesisHash: null },
      keyId: null,
      closed: true,
      options: {},
    },
    facts: {
      name: "memory",
      seen: exchanges.length,
      stored: exchanges.length,
      dropped: {},
      firstAt: null,
      lastAt: null,
    },
    exchanges: (fromId = 0) => exchanges.filter(({ id }) => id >= fromId),
    exchange: (id) => exchanges.find((exchange) => exchange.id === id),
    content: () => "memory",
    close: () => {},
  };
}

export interface Replayed {
  readonly results: readonly ExchangeResult[];
  readonly comparisons: readonly Comparison[];
  readonly notes: readonly string[];
}

interface ReplayPlan extends Partial<Omit<ReplayOptions, "old" | "candidate">> {
  readonly oldestState?: { readonly old: number; readonly candidate: number };
  readonly signal?: AbortSignal;
  readonly done?: ReadonlySet<string>;
  readonly adapter?: Adapter;
  readonly stillMs?: number;
  readonly pauseMs?: number;
  readonly lagForMs?: number;
  /** Where notes are put, for a run that does not end well. */
  readonly told?: string[];
}

/** Replays exchanges to nodes by URL, with the real differ. */
export async function replayTo(
  exchanges: readonly Exchange[],
  old: string | readonly string[],
  candidate: string | readonly string[],
  {
    oldestState,
    signal,
    done,
    adapter,
    stillMs,
    pauseMs,
    lagForMs,
    told,
    ...options
  }: ReplayPlan = {},
): Promise<Replayed> {
  const notes = told ?? [];
  const results: ExchangeResult[] = [];
  for await (const batch of replay({
    recordings: [recordingOf(exchanges)],
    options: {
      ...REPLAY_DEFAULTS,
      ...options,
      old: urls(old).map((url, index) => target("old", url, index)),
      candidate: urls(candidate).map((url, index) => target("candidate", url, index)),
    },
    adapters: { "json-rpc": jsonRpc, rest: adapter ?? rest([]) },
    chain: options.chain ?? "ethereum",
    chainId: "7",
    examine,
    oldestState: oldestState ?? { old: 0, candidate: 0 },
    signal: signal ?? new AbortController().signal,
    ...(stillMs === undefined ? {} : { stillMs }),
    ...(pauseMs === undefined ? {} : { pauseMs }),
    ...(lagForMs === undefined ? {} : { lagForMs }),
    isDone: (key) => done?.has(key) ?? false,
    note: (text) => notes.push(text),
  })) {
    results.push(...batch);
  }
  return { results, comparisons: results.flatMap(({ comparisons }) => comparisons), notes };
}

function urls(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}

/** What a comparison says, in a line. */
export function said({ method, state, reason, differences, confidence }: Comparison): string {
  const kinds = differences.map(({ kind, pattern }) => `${kind} ${pattern}`).join(", ");
  if (state === "different") return `${method}: ${kinds} (${confidence})`;
  return reason === null ? `${method}: ${state}` : `${method}: ${state} ${reason}`;
}
