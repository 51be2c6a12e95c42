import { usageError } from "../../errors.ts";
import type { ConfigurationDifference, Network, TargetFacts } from "../../model/run.ts";
import type { ChainName } from "../../model/exchange.ts";
import type { JsonObject } from "../../model/json.ts";
import { createLane, looker } from "../ask/lane.ts";
import { connect } from "../send/connection.ts";
import { createDeadlines } from "../send/deadlines.ts";
import { createGate } from "../send/gate.ts";
import { throttled, type Throttle } from "../send/throttle.ts";
import { canOpen } from "../send/web-socket.ts";
import { headsApart } from "../heads/lag.ts";
import { configurationDifferences } from "./differences.ts";
import { networkOf, requireJson, requireOneNetwork } from "../../chains/networks.ts";
import type { Ask } from "../../chains/ask.ts";
import type { ChainNodes } from "../../chains/chain-nodes.ts";
import type { ChainView } from "../../chains/chain.ts";
import { chainOfNode, nodesOf } from "../../chains/nodes.ts";
import type { Target } from "../../model/target.ts";

/** What the check found of both sides. */
export interface CheckResult {
  readonly chain: ChainName;
  readonly network: Network;
  readonly old: readonly TargetFacts[];
  readonly candidate: readonly TargetFacts[];
  readonly differences: readonly ConfigurationDifference[];
}

export interface CheckOptions {
  readonly old: readonly Target[];
  readonly candidate: readonly Target[];
  /** The nodes' chain, or null to find it out by asking. */
  readonly chain: ChainName | null;
  /** One URL may show several versions. */
  readonly allowBalanced: boolean;
  readonly timeoutMs: number;
  /** Networks that the recordings name. */
  readonly recorded: readonly { readonly name: string; readonly network: Network }[];
  readonly signal: AbortSignal;
  readonly throttle?: Throttle;
}

/** Connections that are asked for their version, to see whether one URL is several nodes. */
const VERSION_ASKS = 8;
/** No answer to a question of the check has so many; a server that sends without end must not fill the memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Looks at every target before anything is replayed. Throws usage errors and run failures; see network.ts. */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const { old, candidate, recorded } = options;
  const [first] = old;
  if (first === undefined) throw new Error("a side without targets");
  const nodes = options.chain === null ? await foundChain(first, options) : nodesOf(options.chain);
  const networks: { name: string; network: Network }[] = [];
  const inspect = (target: Target): Promise<TargetFacts> =>
    overLanes(target, options, async (asks) => {
      const { network, facts } = await inspectTarget(target, nodes, asks, options);
      networks.push({ name: `${target.side} ${target.shown}`, network });
      return facts;
    });
  const [oldFacts, candidateFacts] = await Promise.all([
    Promise.all(old.map(inspect)),
    Promise.all(candidate.map(inspect)),
  ]);
  networks.sort((a, b) => b.name.localeCompare(a.name));
  return {
    chain: nodes.name,
    network: requireOneNetwork([...networks, ...recorded]),
    old: oldFacts,
    candidate: candidateFacts,
    differences: [
      ...headsApart({ old: lowestHead(oldFacts), candidate: lowestHead(candidateFacts) }, ""),
      ...configurationDifferences(oldFacts, candidateFacts),
    ],
  };
}

function foundChain(target: Target, options: CheckOptions): Promise<ChainNodes> {
  return overLanes(target, options, async ([ask = refuse]) => {
    const nodes = await chainOfNode(ask);
    // Recordings say what is asked; without them a web page or a locked door would pass for a service of no known chain.
    if (nodes.name === "other" && options.recorded.length === 0) await requireJson(target, ask);
    return nodes;
  });
}

/** Null where a target's head is not known. */
export function lowestHead(facts: readonly TargetFacts[]): number | null {
  const heads = facts.map(({ capabilities }) => capabilities["head"]);
  const known = heads.filter((head) => typeof head === "number");
  return known.length < heads.length ? null : Math.min(...known);
}

/** Several connections to a target, for as long as the work takes. */
async function overLanes<T>(
  target: Target,
  { timeoutMs, signal, throttle }: CheckOptions,
  work: (asks: readonly Ask[]) => Promise<T>,
): Promise<T> {
  const deadlines = createDeadlines();
  const gate = createGate();
  const lanes = Array.from({ length: VERSION_ASKS }, () =>
    createLane({
      timeoutMs,
      gate,
      signal,
      open: () =>
        throttled(connect(target, { deadlines, maxBodyBytes: MAX_BODY_BYTES }), target, throttle),
      observe: () => {},
      failedAlone: new Map(),
    }),
  );
  try {
    return await work(lanes.map((lane) => looker(lane, target)));
  } finally {
    deadlines.close();
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

async function inspectTarget(
  target: Target,
  nodes: ChainNodes,
  asks: readonly Ask[],
  { allowBalanced, timeoutMs }: CheckOptions,
): Promise<{ network: Network; facts: TargetFacts }> {
  const [ask = refuse] = asks;
  const network = await networkOf(target, nodes, ask);
  const versions = await versionsOf(nodes, asks);
  if (!allowBalanced) {
    const views = asks.map((one) => nodes.view(one));
    await refuseBalanced(target, versions, views);
  }
  const capabilities: JsonObject = {
    ...(await nodes.capabilities(ask)),
    ...(nodes.name === "ethereum" ? { webSocket: await canOpen(target, timeoutMs) } : {}),
    ...(versions.length > 1 ? { versions } : {}),
  };
  const facts = { url: target.shown, clientVersion: versions.join(", ") || null, capabilities };
  return { network, facts };
}

const refuse: Ask = () => Promise.reject(new Error("a target without connections"));

async function versionsOf(nodes: ChainNodes, asks: readonly Ask[]): Promise<string[]> {
  const versions = await Promise.all(asks.map((ask) => nodes.version(ask)));
  return [...new Set(versions.filter((version) => version !== null))].sort();
}

/** Several versions, or a head that goes back from one connection to the next: several nodes behind one address. */
async function refuseBalanced(
  target: Target,
  versions: readonly string[],
  views: readonly ChainView[],
): Promise<void> {
  const advice =
    "Name each node by its own URL, or say --allow-balanced: findings may then mix what several nodes say.";
  if (versions.length > 1) {
    throw usageError(`${target.side} shows several versions behind one URL: ${target.shown}`, {
      details: [versions.join(", "), advice],
    });
  }
  let highest = -1;
  for (const view of views) {
    const head = (await view.head())?.number ?? highest;
    if (head < highest) {
      throw usageError(`${target.side}'s head goes back between connections: ${target.shown}`, {
        details: [`block ${highest}, then ${head}: several nodes stand behind this URL`, advice],
      });
    }
    highest = head;
  }
}
