import { runFailure, usageError } from "../errors.ts";
import type { Network } from "../model/run.ts";
import type { Outcome } from "../model/pair.ts";
import { parsed, rpcQuestion, type Ask } from "./ask.ts";
import type { ChainNodes } from "./chain-nodes.ts";
import type { Target } from "../model/target.ts";

/**
 * The network of a target, by the questions of its chain. Throws a run failure when it can't be reached, a usage error when
 * what answers is no node of that chain.
 */
export async function networkOf(target: Target, nodes: ChainNodes, ask: Ask): Promise<Network> {
  const outcome = await ask(nodes.hello ?? ANYTHING);
  if (outcome.kind === "timeout" || outcome.kind === "unreachable") {
    throw runFailure(`${target.side} can't be reached: ${target.shown}`, {
      details: [`${outcome.detail ?? outcome.kind}. ${hintFor(outcome.detail ?? "", target)}`],
    });
  }
  const network = await nodes.network(ask);
  if (network !== null) return network;
  throw noNode(`${target.side} does not answer as a node of ${nodes.name} does`, target, outcome);
}

/** Throws unless a target answers a JSON-RPC question with JSON: what may be said of a service of no known chain. */
export async function requireJson(target: Target, ask: Ask): Promise<void> {
  const outcome = await ask(rpcQuestion("rpc_modules", []));
  if (outcome.kind === "timeout" || outcome.kind === "unreachable") return;
  if (parsed(outcome.body) === undefined || outcome.status === 401 || outcome.status === 403)
    throw noNode(`${target.side} does not answer as a node does`, target, outcome);
}

function noNode(message: string, target: Target, outcome: Outcome): Error {
  const said =
    outcome.kind === "malformed"
      ? (outcome.detail ?? "no JSON")
      : `HTTP ${outcome.status ?? "?"}: ${(outcome.body ?? "").toString("utf8").slice(0, 120)}`;
  const locked = outcome.status === 401 || outcome.status === 403;
  const variable = `SHADOWDIFF_${target.side.toUpperCase()}_HEADERS`;
  return usageError(`${message}: ${target.shown}`, {
    details: [
      said.replaceAll(/\s+/g, " "),
      locked
        ? `Credentials go into ${variable}, such as "Authorization: Bearer …".`
        : "--chain names the chain: ethereum, bitcoin, solana, stacks, or other for a service of none of them.",
    ],
  });
}

/** What is most likely meant by a failure to connect. */
function hintFor(detail: string, { shown }: Target): string {
  if (/SSL|TLS|EPROTO/.test(detail) && shown.startsWith("https:"))
    return "It may speak no TLS: try http:// in place of https://.";
  if (/CERT|self.signed/i.test(detail))
    return "Its certificate is not trusted here: NODE_EXTRA_CA_CERTS names a file of more authorities.";
  if (/ENOTFOUND|EAI_AGAIN/.test(detail)) return "No host of that name is known here.";
  return "Is the node up, and is this its RPC address?";
}

const ANYTHING = { verb: "GET", path: null, headers: {}, body: null } as const;

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
