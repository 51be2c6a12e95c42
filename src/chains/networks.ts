import { runFailure, usageError } from "../errors.ts";
import type { Network } from "../model/run.ts";
import { STACKS_TIP } from "./stacks/routes.ts";
import { type Ask, rpcQuestion, parsed, field } from "./ask.ts";
import type { Target } from "../model/target.ts";

/**
 * The network of an Ethereum target: chain id and genesis hash. Throws a run failure when it can't be reached, a usage
 * error when what answers is no JSON-RPC node.
 */
export async function ethereumNetwork(target: Target, ask: Ask): Promise<Network> {
  const outcome = await ask(rpcQuestion("eth_chainId", []));
  if (outcome.kind === "timeout" || outcome.kind === "unreachable") {
    throw runFailure(`${target.side} can't be reached: ${target.shown}`, {
      details: [`${outcome.detail ?? outcome.kind}. Is the node up, and is this its RPC address?`],
    });
  }
  const id = field(parsed(outcome.body), ["result"]);
  if (typeof id !== "string" || !/^0x[0-9a-fA-F]+$/.test(id)) {
    const said =
      outcome.kind === "malformed"
        ? (outcome.detail ?? "no JSON")
        : `HTTP ${outcome.status ?? "?"}: ${(outcome.body ?? "").toString("utf8").slice(0, 120)}`;
    throw usageError(`${target.side} does not answer eth_chainId as a node does: ${target.shown}`, {
      details: [said.replaceAll(/\s+/g, " ")],
    });
  }
  const genesis = await ask(rpcQuestion("eth_getBlockByNumber", ["0x0", false]));
  const hash = field(parsed(genesis.body), ["result", "hash"]);
  return { chainId: BigInt(id).toString(), genesisHash: typeof hash === "string" ? hash : null };
}

/** The network of a REST target, where it says one as the Stacks API does. Throws a run failure when it can't be reached. */
export async function restNetwork(target: Target, ask: Ask): Promise<Network> {
  const outcome = await ask({ verb: "GET", path: STACKS_TIP.network, headers: {}, body: null });
  if (outcome.kind === "timeout" || outcome.kind === "unreachable") {
    throw runFailure(`${target.side} can't be reached: ${target.shown}`, {
      details: [outcome.detail ?? outcome.kind],
    });
  }
  const id = outcome.kind === "reply" ? field(parsed(outcome.body), ["network_id"]) : undefined;
  return { chainId: typeof id === "number" ? String(id) : "unknown", genesisHash: null };
}

/** Throws a usage error unless all targets, and the recordings as far as they know theirs, are of one network. */
export function requireOneNetwork(
  found: readonly { readonly name: string; readonly network: Network }[],
): Network {
  const known = found.filter(({ network }) => network.chainId !== "unknown");
  const [first] = known;
  if (first === undefined) return { chainId: "unknown", genesisHash: null };
  for (const { name, network } of known) {
    const genesisDiffers =
      network.genesisHash !== null &&
      first.network.genesisHash !== null &&
      network.genesisHash !== first.network.genesisHash;
    if (network.chainId !== first.network.chainId || genesisDiffers) {
      throw usageError(`${name} is of another network than ${first.name}`, {
        details: [
          `${first.name}: ${words(first.network)}`,
          `${name}: ${words(network)}`,
          "Replay only compares nodes of one network.",
        ],
      });
    }
  }
  return known.find(({ network }) => network.genesisHash !== null)?.network ?? first.network;
}

function words({ chainId, genesisHash }: Network): string {
  return `chain id ${chainId}, genesis ${genesisHash ?? "unknown"}`;
}
