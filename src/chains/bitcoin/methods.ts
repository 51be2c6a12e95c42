import type { Drift, MethodKnowledge } from "../knowledge.ts";
import { drift, items, reads, writes } from "../rows.ts";

const HEAVY = { cost: "heavy" } as const;

/** The whole result follows the head. */
const TIP = { followsHead: true, drifts: drift("head", "") } as const;
/** Everything in the result is the node's own. */
const OWN = { drifts: drift("node", "", "**") } as const;

/** A block's or transaction's depth, and what follows it: absent while it is the newest. */
const DEPTH = [
  ...drift("head", "confirmations"),
  {
    path: "/result/nextblockhash",
    why: "head",
    presence: { beside: "confirmations", atMost: 1 },
  },
] as const;

/** What a node says of a transaction in its pool: when it saw it, and what it holds beside it. */
const POOL_ENTRY = drift("mempool", "**");

/** What a node says of itself in words, where it has something to say. */
function words(...paths: readonly string[]): Drift[] {
  return drift("node", ...paths).map((row) => ({ ...row, mayBeEmpty: true }));
}

/**
 * Methods of Bitcoin Core and of those that speak like it (btcd, bcoin, the forks), as far as they only read.
 * Source: Bitcoin Core's `help` of each method (src/rpc), and btcd's docs/json_rpc_api.md.
 */
export const BITCOIN_METHODS: Readonly<Record<string, MethodKnowledge>> = {
  getblockcount: reads({
    followsHead: true,
    drifts: [{ path: "/result", why: "head", within: 12 }],
  }),
  getbestblockhash: reads(TIP),
  // btcd: hash and height of the newest block.
  getbestblock: reads({ followsHead: true, drifts: drift("head", "**") }),
  getblockchaininfo: reads({
    followsHead: true,
    drifts: [
      ...drift("head", "blocks", "headers", "bestblockhash", "difficulty", "time", "mediantime"),
      ...drift("head", "chainwork", "bits", "target", "softforks/**", "bip9_softforks/**"),
      ...drift("node", "verificationprogress", "size_on_disk", "pruneheight", "prune_target_size"),
      ...words("warnings", "warnings/**"),
    ],
  }),
  getblockhash: reads(),
  getblock: reads({ drifts: DEPTH }),
  getblockheader: reads({ drifts: DEPTH }),
  getblockstats: reads(HEAVY),
  getblockfilter: reads(),
  getcfilter: reads(),
  getcfilterheader: reads(),
  getblockfrompeer: writes(),
  getchaintips: reads({
    followsHead: true,
    drifts: [...items("node", ""), ...drift("head", "**")],
  }),
  getchaintxstats: reads({ followsHead: true, drifts: drift("head", "**") }),
  getchainstates: reads({ followsHead: true, drifts: drift("head", "**") }),
  getdeploymentinfo: reads({ followsHead: true, drifts: drift("head", "hash", "height", "**") }),
  getdifficulty: reads(TIP),
  getnetworkhashps: reads(TIP),
  gettxout: reads({ followsHead: true, drifts: drift("head", "bestblock", "confirmations") }),
  gettxoutproof: reads(),
  verifytxoutproof: reads(),
  gettxoutsetinfo: reads({ ...HEAVY, followsHead: true, drifts: drift("head", "**") }),
  scantxoutset: reads({ ...HEAVY, followsHead: true, drifts: drift("head", "**") }),
  getrawtransaction: reads({ drifts: drift("head", "confirmations") }),
  decoderawtransaction: reads(),
  decodescript: reads(),
  createrawtransaction: reads(),
  combinerawtransaction: reads(),
  decodepsbt: reads(),
  analyzepsbt: reads(),
  testmempoolaccept: reads({ followsHead: true }),
  searchrawtransactions: reads({ ...HEAVY, drifts: drift("head", "*/confirmations") }),

  getmempoolinfo: reads({
    followsHead: true,
    mempool: true,
    drifts: drift(
      "mempool",
      "size",
      "bytes",
      "usage",
      "total_fee",
      "unbroadcastcount",
      "mempoolminfee",
    ),
  }),
  getrawmempool: reads({
    followsHead: true,
    mempool: true,
    drifts: [...items("mempool", ""), ...drift("mempool", "**")],
  }),
  getmempoolentry: reads({ followsHead: true, mempool: true, drifts: POOL_ENTRY }),
  getmempoolancestors: reads({ followsHead: true, mempool: true, drifts: POOL_ENTRY }),
  getmempooldescendants: reads({ followsHead: true, mempool: true, drifts: POOL_ENTRY }),
  gettxspendingprevout: reads({ followsHead: true, mempool: true }),
  getorphantxs: reads({ ...OWN, followsHead: true, mempool: true }),
  estimatesmartfee: reads({ followsHead: true, drifts: drift("mempool", "feerate", "blocks") }),
  estimaterawfee: reads({ followsHead: true, drifts: drift("mempool", "**") }),
  estimatefee: reads({ followsHead: true, drifts: drift("mempool", "") }),

  getnetworkinfo: reads({
    drifts: [
      ...drift("node", "version", "subversion", "protocolversion", "connections", "connections_in"),
      ...drift("node", "connections_out", "timeoffset", "localservices", "localservicesnames/**"),
      ...drift("node", "networks/*/reachable", "networks/*/limited"),
      ...words("networks/*/proxy"),
      ...items("node", "localaddresses", "localservicesnames", "warnings"),
      ...drift("node", "localaddresses/**", "networkactive"),
      ...words("warnings", "warnings/**"),
    ],
  }),
  getinfo: reads({
    followsHead: true,
    drifts: [
      ...drift("node", "version", "protocolversion", "connections", "timeoffset", "walletversion"),
      ...drift("node", "keypoololdest", "keypoolsize"),
      ...words("errors", "proxy"),
      ...drift("head", "blocks", "difficulty", "balance"),
    ],
  }),
  getmininginfo: reads({
    followsHead: true,
    drifts: [
      ...drift("head", "blocks", "difficulty", "networkhashps", "bits", "target", "next/**"),
      ...drift("mempool", "pooledtx", "currentblockweight", "currentblocksize", "currentblocktx"),
      ...drift("node", "hashespersec", "genproclimit"),
      ...words("warnings", "warnings/**", "errors"),
    ],
  }),
  getblocktemplate: reads({
    ...HEAVY,
    followsHead: true,
    mempool: true,
    drifts: [...items("mempool", "transactions"), ...drift("mempool", "**")],
  }),
  getconnectioncount: reads({ drifts: drift("node", "") }),
  getcurrentnet: reads(),
  getpeerinfo: reads({ drifts: [...items("node", ""), ...drift("node", "**")] }),
  getaddednodeinfo: reads({ drifts: [...items("node", ""), ...drift("node", "**")] }),
  getnodeaddresses: reads({ drifts: [...items("node", ""), ...drift("node", "**")] }),
  listbanned: reads({ drifts: [...items("node", ""), ...drift("node", "**")] }),
  getnettotals: reads({ drifts: [...drift("node", "**"), ...drift("time", "timemillis")] }),
  getindexinfo: reads({
    followsHead: true,
    drifts: drift("head", "*/best_block_height", "*/best_hash"),
  }),
  getmemoryinfo: reads(OWN),
  getrpcinfo: reads({ drifts: [...items("node", "active_commands"), ...drift("node", "**")] }),
  getzmqnotifications: reads({ drifts: [...items("node", ""), ...drift("node", "**")] }),
  logging: writes(),
  uptime: reads({ drifts: drift("time", "") }),
  version: reads({ drifts: drift("node", "**") }),
  help: reads(),
  validateaddress: reads(),
  verifymessage: reads(),
  verifychain: reads(HEAVY),
  signmessagewithprivkey: writes(),
  getdescriptorinfo: reads(),
  deriveaddresses: reads(),
  estimatepriority: reads({ followsHead: true, drifts: drift("mempool", "") }),

  sendrawtransaction: writes(),
  submitpackage: writes(),
  submitblock: writes(),
  submitheader: writes(),
  generate: writes(),
  generateblock: writes(),
  generatetoaddress: writes(),
  generatetodescriptor: writes(),
  invalidateblock: writes(),
  reconsiderblock: writes(),
  preciousblock: writes(),
  prioritisetransaction: writes(),
  pruneblockchain: writes(),
  savemempool: writes(),
  importmempool: writes(),
  dumptxoutset: writes(),
  loadtxoutset: writes(),
  addnode: writes(),
  disconnectnode: writes(),
  setban: writes(),
  clearbanned: writes(),
  setnetworkactive: writes(),
  setmocktime: writes(),
  setgenerate: writes(),
  stop: writes(),
  sendtoaddress: writes(),
  sendmany: writes(),
  send: writes(),
  sendall: writes(),
  signrawtransaction: writes(),
  signrawtransactionwithkey: writes(),
  signrawtransactionwithwallet: writes(),
  walletpassphrase: writes(),
};
