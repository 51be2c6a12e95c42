import { chainOf, isTabled, methodKnowledge } from "../chains/index.ts";
import type { ChainName } from "../model/exchange.ts";

/**
 * By whose grammar the texts of a call's parameters are read. `ethereum`, `bitcoin`, `solana`: methods that are known to read.
 * `stacks`: bodies of its REST calls. `strict`: a method that nobody knows. `sends`: its parameters hold what can be sent. `keys`: it has to do with keys and
 * pass phrases.
 */
export type Grammar = "ethereum" | "bitcoin" | "solana" | "stacks" | "strict" | "sends" | "keys";

/** Methods whose parameters hold signed transactions: whoever has the bytes can send them. */
const SENDS =
  /(?:^|[_.])(?:(?:send|sim|simulate|submit|broadcast|distribute|publish|issue|push|inject|relay)\w*(?:tx|txs|transaction|transactions|bundle|bundles|extrinsic|operation|raw\w*)\w*|callbundle|testmempoolaccept)$/i;
const SENDS_FULL =
  /^(?:sendtransaction|sendrawtransaction|sendbundle|simulatebundle|submitpackage|testmempoolaccept|mev_(?:send|sim)bundle|eth_sendprivatetransaction|eth_senduseroperation|broadcast_tx_\w+|author_submit\w*)$/i;
/** A call that names its fields and is not signed. */
const UNSIGNED = /^(?:eth|personal|parity|account|wallet)_sendTransaction$/i;
/** Methods that answer with a signed transaction. */
const SIGNS = /^(?:eth|personal|account|wallet)_(?:sign|fill|resend)\w*$/i;
/** Methods with pass phrases and private keys among their parameters or in their answers. */
const KEYS =
  /(?:^|[_.])(?:personal|clef|keystore|keyring|keymanager|secretstore|shh|evm_addAccount|parity_(?:newAccount|.*(?:phrase|secret|password|vault|wallet|account)))(?:[_.]|$|(?=[A-Z]))|(?:import|export|dump|unlock|lock|encrypt|decrypt|create|restore|backup|load|generate|derive|new|add|change|set)\w*(?:key|keys|wallet|account|seed|password|passphrase|secret|mnemonic|descriptors?|multi)\b|walletpassphrase|privkey|private_?key|mnemonic|passw|passphrase|withkey|secret|login|authenticate|unlock/i;

/** Whether parameters hold a signed transaction, whatever form it has. */
export function sendsTransaction(method: string): boolean {
  return !UNSIGNED.test(method) && (SENDS_FULL.test(method) || SENDS.test(method));
}

export const signsTransaction = (method: string): boolean => SIGNS.test(method);

/** Known names have some forty characters at most; a longer one may hold anything. */
const LONGEST_NAME = 100;

const OF_CHAIN: Readonly<Record<ChainName, Grammar>> = {
  ethereum: "ethereum",
  bitcoin: "bitcoin",
  solana: "solana",
  stacks: "stacks",
  other: "strict",
};

/** The grammar for a method's parameters and answers. */
export function grammarOf(method: string): Grammar {
  if (method.length > LONGEST_NAME) return "strict";
  const chain = isTabled(method) ? chainOf("json-rpc", method) : "other";
  const { writes } = methodKnowledge(chain, method);
  if (chain !== "other" && !writes && !isHandledByWallet(method)) return OF_CHAIN[chain];
  if (sendsTransaction(method)) return "sends";
  return writes || isHandledByWallet(method) ? "keys" : "strict";
}

const isHandledByWallet = (method: string): boolean => SIGNS.test(method) || KEYS.test(method);
