import { usageError } from "../../errors.ts";
import type { ConfigurationDifference, Network, TargetFacts } from "../../model/run.ts";
import type { Protocol } from "../../model/exchange.ts";
import type { JsonObject } from "../../model/json.ts";
import { jsonRpc } from "../../protocol/json-rpc/adapter.ts";
import { rest } from "../../protocol/rest/adapter.ts";
import { createLane, looker } from "../ask/lane.ts";
import { connect } from "../send/connection.ts";
import { createDeadlines } from "../send/deadlines.ts";
import { createGate } from "../send/gate.ts";
import { canOpen } from "../send/web-socket.ts";
import { ethereumCapabilities } from "../../chains/ethereum/capabilities.ts";
import { headsApart } from "../heads/lag.ts";
import { configurationDifferences } from "./differences.ts";
import { ethereumNetwork, requireOneNetwork, restNetwork } from "../../chains/networks.ts";
import { type Ask, rpcResult, parsed, field } from "../../chains/ask.ts";
import type { Target } from "../../model/target.ts";

/** What the check found of both sides. */
export interface CheckResult {
  readonly network: Network;
  readonly old: readonly TargetFacts[];
  readonly candidate: readonly TargetFacts[];
  readonly differences: readonly ConfigurationDifference[];
}

export interface CheckOptions {
  readonly old: readonly Target[];
  readonly candidate: readonly Target[];
  readonly protocol: Protocol;
  /** One URL may show several versions. */
  readonly allowBalanced: boolean;
  readonly timeoutMs: number;
  /** Networks that the recordings name. */
  readonly recorded: readonly { readonly name: string; readonly network: Network }[];
  readonly signal: AbortSignal;
}

/** Connections that are asked for their version, to see whether one URL is several nodes. */
const VERSION_ASKS = 8;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Looks at every target before anything is replayed. Throws usage errors and run failures; see network.ts. */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const { old, candidate, recorded } = options;
  const networks: { name: string; network: Network }[] = [];
  const inspect = async (target: Target): Promise<TargetFacts> => {
    const { network, facts } = await inspectTarget(target, options);
    networks.push({ name: `${target.side} ${target.shown}`, network });
    return facts;
  };
  const [oldFacts, candidateFacts] = await Promise.all([
    Promise.all(old.map(inspect)),
    Promise.all(candidate.map(inspect)),
  ]);
  networks.sort((a, b) => b.name.localeCompare(a.name));
  const network = requireOneNetwork([...networks, ...recorded]);
  return {
    network,
    old: oldFacts,
    candidate: candidateFacts,
    differences: [
      ...headsApart({ old: lowestHead(oldFacts), candidate: lowestHead(candidateFacts) }, ""),
      ...configurationDifferences(oldFacts, candidateFacts),
    ],
  };
}

/** Null where a target's head is not known. */
export function lowestHead(facts: readonly TargetFacts[]): number | null {
  const heads = facts.map(({ capabilities }) => capabilities["head"]);
  const known = heads.filter((head) => typeof head === "number");
  return known.length < heads.length ? null : Math.min(...known);
}

async function inspectTarget(
  target: Target,
  { protocol, allowBalanced, timeoutMs, signal }: CheckOptions,
): Promise<{ network: Network; facts: TargetFacts }> {
  const deadlines = createDeadlines();
  const adapter = protocol === "json-rpc" ? jsonRpc : rest([]);
  const gate = createGate();
  const lanes = Array.from({ length: VERSION_ASKS }, () =>
    createLane({
      adapter,
      timeoutMs,
      gate,
      signal,
      open: () => connect(target, { deadlines, maxBodyBytes: MAX_BODY_BYTES }),
      observe: () => {},
      failedAlone: new Map(),
    }),
  );
  const asks = lanes.map((lane) => looker(lane, target));
  const [ask = refuse] = asks;
  try {
    if (protocol === "rest") {
      const network = await restNetwork(target, ask);
      return {
        network,
        facts: { url: target.shown, clientVersion: await restVersion(ask), capabilities: {} },
      };
    }
    const network = await ethereumNetwork(target, ask);
    const versions = await versionsOf(asks);
    if (!allowBalanced) await refuseBalanced(target, versions, asks);
    const capabilities: JsonObject = {
      ...(await ethereumCapabilities(ask)),
      webSocket: await canOpen(target, timeoutMs),
      ...(versions.length > 1 ? { versions } : {}),
    };
    const facts = { url: target.shown, clientVersion: versions.join(", ") || null, capabilities };
    return { network, facts };
  } finally {
    deadlines.close();
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

const refuse: Ask = () => Promise.reject(new Error("a target without connections"));

async function versionsOf(asks: readonly Ask[]): Promise<string[]> {
  const versions = await Promise.all(asks.map((ask) => rpcResult(ask, "web3_clientVersion")));
  return [...new Set(versions.filter((version) => typeof version === "string"))].sort();
}

/** Several versions, or a head that goes back from one connection to the next: several nodes behind one address. */
async function refuseBalanced(
  target: Target,
  versions: readonly string[],
  asks: readonly Ask[],
): Promise<void> {
  const advice =
    "Name each node by its own URL, or say --allow-balanced: findings may then mix what several nodes say.";
  if (versions.length > 1) {
    throw usageError(`${target.side} shows several versions behind one URL: ${target.shown}`, {
      details: [versions.join(", "), advice],
    });
  }
  let highest = -1;
  for (const ask of asks) {
    const head = Number(await rpcResult(ask, "eth_blockNumber"));
    if (head < highest) {
      throw usageError(`${target.side}'s head goes back between connections: ${target.shown}`, {
        details: [`block ${highest}, then ${head}: several nodes stand behind this URL`, advice],
      });
    }
    if (Number.isSafeInteger(head)) highest = head;
  }
}

async function restVersion(ask: Ask): Promise<string | null> {
  const outcome = await ask({ verb: "GET", path: "/extended/v1/status", headers: {}, body: null });
  const version = outcome.kind === "reply" ? field(parsed(outcome.body), ["server_version"]) : null;
  return typeof version === "string" ? version : null;
}
