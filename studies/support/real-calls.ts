import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { CHAINS } from "../../src/chains/index.ts";

/** A call as a client sends it. */
export interface RealCall {
  readonly method: string;
  readonly verb: string;
  readonly path: string;
  readonly body: string | null;
}

type Random = () => number;

const CONTRACT = "SP000000000000000000002Q6VF78";
const PRINCIPALS = [CONTRACT, "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7"];
const BITCOIN = [
  "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
  "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
  "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
];
const SOLANA = [
  "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
  "11111111111111111111111111111111",
  "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
];
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const TAGS = ["latest", "latest", "latest", "pending", "safe", "finalized", "earliest"];
const NAMES = ["pox-4", "arkadiko-swap-v2-1", "get-pox-info", "alex-vault", "bns", "nft-trait"];
/** Signed, from the public files of go-ethereum and of Bitcoin's documentation. */
const SIGNED =
  "0xf86780862d79883d2000825208945df9b87991262f6ba471f09758cde1c0fc1de734827a69801ca088ff6cf0fefd94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0a045e0aff800961cfce805daef7016b9b675c137a6a41a548f7b60a3484c06a33a";
const SIGNED_BITCOIN =
  "0100000001c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce25857fcd3704000000004847304402204e45e16932b8af514961a1d3a1a25fdf3f4f7732e9d624c6c61548ab5fb8cd410220181522ec8eca07de4860a4acdd12909d831cc56cbbac4622082221a8768d1d0901ffffffff0200ca9a3b00000000434104ae1a62fe09c5f51b13905f07f06b99a2f7159b2225f374cd378d71302fa28414e7aab37397f554a7df5f142c21c1b7303b8a0626f1baded5c72a704f7e6cd84cac00286bee0000000043410411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3ac00000000";

/** What stands for a word of a template: `H` a hash, `A` an address, and so on. */
function value(name: string, random: Random): unknown {
  const below = (limit: number): number => Math.floor(random() * limit);
  const hex = (bytes: number): string =>
    Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, "0")).join("");
  const one = <Item>(items: readonly Item[]): Item | undefined => items[below(items.length)];
  switch (name) {
    case "H":
      return `0x${hex(32)}`;
    case "h":
      return hex(32);
    case "A":
      return `0x${hex(20)}`;
    case "N":
      return `0x${below(20_000_000).toString(16)}`;
    case "n":
      return below(900_000);
    case "B":
      return random() < 0.5 ? one(TAGS) : `0x${below(20_000_000).toString(16)}`;
    case "D":
      return `0x${hex(4 + 32 * below(12))}`;
    case "C":
      return {
        to: `0x${hex(20)}`,
        data: `0x${hex(4 + 32 * below(8))}`,
        ...(random() < 0.3 ? { from: `0x${hex(20)}`, gas: "0x5208", value: "0x0" } : {}),
      };
    case "L":
      return {
        fromBlock: `0x${below(2e7).toString(16)}`,
        toBlock: one(TAGS),
        address: random() < 0.5 ? `0x${hex(20)}` : [`0x${hex(20)}`],
        topics: [`0x${hex(32)}`, null, [`0x${hex(32)}`]],
      };
    case "F":
      return `0x${hex(16)}`;
    case "P":
      return one(SOLANA);
    case "S": {
      let number = BigInt(`0x7f${hex(63)}`);
      let text = "";
      for (; number > 0n; number /= 58n) text = (BASE58[Number(number % 58n)] ?? "") + text;
      return text;
    }
    case "b":
      return one(BITCOIN);
    case "SIGNED":
      return SIGNED;
    case "signed":
      return SIGNED_BITCOIN;
    default:
      return name;
  }
}

/** Parameters by method; each word of capital letters is filled in. Those without a row take none. */
const PARAMETERS: readonly (readonly [methods: RegExp, params: string])[] = [
  [
    /^eth_(?:getBalance|getCode|getTransactionCount|getAccount|getAccountInfo)$|ots_hasCode/,
    '["A","B"]',
  ],
  [/^eth_getStorageAt$/, '["A","H","B"]'],
  [/^eth_getStorageValues$/, '[{"A":["H"]},"B"]'],
  [/^eth_getProof$/, '["A",["H","H"],"B"]'],
  [/^eth_(?:call|estimateGas|createAccessList)$/, '["C","B"]'],
  [/^eth_callMany$|debug_traceCallMany/, '[[{"transactions":["C"]}],{"blockNumber":"B"}]'],
  [
    /^eth_simulateV1$/,
    '[{"blockStateCalls":[{"blockOverrides":{"number":"N"},"stateOverrides":{"A":{"balance":"N","code":"D"}},"calls":["C"]}],"validation":true,"traceTransfers":true},"B"]',
  ],
  [/^eth_feeHistory$/, '["0x5","B",[10,50.5,90]]'],
  [/^(?:eth|erigon)_(?:getLogs|newFilter|getLatestLogs)$/, '["L"]'],
  [/^eth_(?:getFilterChanges|getFilterLogs|uninstallFilter|unsubscribe)$/, '["F"]'],
  [/^eth_subscribe$/, '["newHeads"]'],
  [/^eth_getBlockByNumber$/, '["B",false]'],
  [/^eth_getBlockByHash$/, '["H",true]'],
  [/AndIndex$/, '["H","0x1"]'],
  [/SenderAndNonce$/, '["A","N"]'],
  [/trace_rawTransaction/, '["SIGNED",["trace"]]'],
  [
    /^debug_traceCall$/,
    '["C","B",{"tracer":"callTracer","tracerConfig":{"onlyTopCall":true},"timeout":"10s"}]',
  ],
  [
    /^debug_trace(?:Transaction|BlockByHash)$/,
    '["H",{"tracer":"prestateTracer","tracerConfig":{"diffMode":true},"stateOverrides":{}}]',
  ],
  [/^debug_traceBlockByNumber$/, '["B",{"disableStorage":true,"enableMemory":false}]'],
  [/^debug_traceBlock$/, '["D"]'],
  [/^debug_(?:storageRangeAt)$/, '["H",0,"A","H",10]'],
  [/^debug_(?:accountRange|dumpBlock)$/, '["B"]'],
  [/^trace_call$/, '["C",["trace","vmTrace","stateDiff"],"B"]'],
  [/^trace_callMany$/, '[[["C",["trace"]]],"B"]'],
  [/^trace_filter$/, '[{"fromBlock":"N","toBlock":"B","fromAddress":["A"],"after":0,"count":10}]'],
  [/^trace_replay/, '["H",["trace"]]'],
  [/^trace_get$/, '["H",["0x0"]]'],
  [/^web3_sha3$/, '["D"]'],
  [/^(?:txpool_contentFrom|ots_getContractCreator)$/, '["A"]'],
  [/^(?:debug|eth|ots|erigon|trace)_.*(?:Hash|[tT]ransaction|Receipt|Error|Operations)$/, '["H"]'],
  [
    /^(?:eth|erigon|debug|trace|ots)_.*(?:Block|Number|block|Header|Receipts|Witness|Sidecars|Timestamp|State|Transactions|Details)/,
    '["B"]',
  ],
  [/^getblock$/, '["h",2]'],
  [/^(?:getblockhash|getblockstats|getnetworkhashps)$/, '["n"]'],
  [/^(?:getblockheader|getblockfilter|getcfilter|getcfilterheader)$/, '["h",true]'],
  [/^getrawtransaction$/, '["h",true]'],
  [/^gettxout$/, '["h",0,true]'],
  [/^gettxoutproof$/, '[["h"]]'],
  [/^verifytxoutproof$/, '["h"]'],
  [/^gettxspendingprevout$/, '[[{"txid":"h","vout":1}]]'],
  [/^scantxoutset$/, '["start",["addr(bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq)"]]'],
  [/^(?:decoderawtransaction)$/, '["signed"]'],
  [/^(?:testmempoolaccept|combinerawtransaction)$/, '[["signed"]]'],
  [/^decodescript$/, '["76a914b0a144c7d7d1d8a1b3d2d1c5e1a7d2d1c5e1a7d288ac"]'],
  [
    /^createrawtransaction$/,
    '[[{"txid":"h","vout":0}],{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa":0.01}]',
  ],
  [
    /^(?:decodepsbt|analyzepsbt)$/,
    '["cHNidP8BAFICAAAAAZ38ZijCbFiZ/hvT3DOGZb/VXXraEPYiCXPfLTht7BJ2AQAAAAD/////AfA9zR0AAAAAFgAUezoAv9wU0neVwrdJAdCdpu8TNXkAAAAATwEENYfPAto/0AiAAAAAlwSLGtBEWx7IJ1UXcnyHtOTrwYogP/oPlMAVZr046QADUbdDiH7h1A3DKmBDck8tZFmztaTXPa7I+64EcvO8Q+IM2QxqT64AAIAAAACATwEENYfPAto/0AiAAAABuQRSQnE5zXjCz/JES+NTzVhgXj5RMoXlKLQH+uP2FzUD0wpel8itvFV9rCrZp+OcFyLrrGnmaLbyZnzB1nHIPKsM2QxqT64AAIABAACAAAEBKwBlzR0AAAAAIgAgLFSGEmxJeAeagU4TcV1l82RZ5NbMre0mbQUIZFuvpjIBBUdSIQKdoSzbWyNWkrkVNq/v5ckcOrlHPY5DtTODarRWKZyIcSEDNys0I07Xz5wf6l0F1EFVeSe+lUKxYusC4ass6AIkwAtSriIGAp2hLNtbI1aSuRU2r+/lyRw6uUc9jkO1M4NqtFYpnIhxENkMak+uAACAAAAAgAAAAAAiBgM3KzQjTtfPnB/qXQXUQVV5J76VQrFi6wLhqyzoAiTACxDZDGpPrgAAgAEAAIAAAAAAACICA57/H1R6HV+S36K6evaslxpL0DukpzSwMVaiVritOh75EO3kXMUAAACAAAAAgAEAAIAA"]',
  ],
  [/^estimatesmartfee$/, '[6,"ECONOMICAL"]'],
  [/^(?:estimaterawfee|estimatefee)$/, "[6]"],
  [/^getblocktemplate$/, '[{"rules":["segwit"]}]'],
  [/^(?:getmempoolentry|getmempoolancestors|getmempooldescendants)$/, '["h"]'],
  [/^getnodeaddresses$/, "[4]"],
  [/^help$/, '["getblock"]'],
  [/^(?:validateaddress|searchrawtransactions)$/, '["b"]'],
  [/^(?:getAccountInfo|getBalance)$/, '["P",{"encoding":"base64","commitment":"confirmed"}]'],
  [/^getMultipleAccounts$/, '[["P","P"],{"encoding":"jsonParsed"}]'],
  [
    /^getProgramAccounts$/,
    '["P",{"filters":[{"dataSize":165},{"memcmp":{"offset":32,"bytes":"P"}}]}]',
  ],
  [/^getTokenAccountsBy(?:Owner|Delegate)$/, '["P",{"mint":"P"},{"encoding":"jsonParsed"}]'],
  [
    /^(?:getTokenAccountBalance|getTokenSupply|getTokenLargestAccounts|getStakeActivation|isBlockhashValid)$/,
    '["P"]',
  ],
  [/^getSignaturesForAddress|getConfirmedSignaturesForAddress2/, '["P",{"limit":10}]'],
  [
    /^(?:getTransaction|getConfirmedTransaction)$/,
    '["S",{"encoding":"json","maxSupportedTransactionVersion":0}]',
  ],
  [/^getSignatureStatuses$/, '[["S"],{"searchTransactionHistory":true}]'],
  [/^(?:getBlock|getConfirmedBlock)$/, '["n",{"transactionDetails":"full","rewards":false}]'],
  [/^getInflationReward$/, '[["P"],{"epoch":2}]'],
  [/^(?:getBlocks|getBlocksWithLimit|getConfirmedBlocks|getSlotLeaders)$/, '["n",10]'],
  [/^(?:getBlockTime|getBlockCommitment|getMinimumBalanceForRentExemption)$/, '["n"]'],
  [/^getRecentPrioritizationFees$/, '[["P"]]'],
  [
    /^getFeeForMessage$/,
    '["AQABAgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",{"commitment":"processed"}]',
  ],
  [
    /^simulateTransaction$/,
    '["AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAQICAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",{"encoding":"base64","sigVerify":false}]',
  ],
];
/** How often methods are called beside the rest, in rough figures that providers publish. */
const POPULAR: readonly (readonly [method: string, share: number])[] = [
  ["eth_call", 0.38],
  ["eth_getLogs", 0.1],
  ["eth_getBlockByNumber", 0.1],
  ["eth_getTransactionReceipt", 0.1],
  ["eth_getBalance", 0.07],
  ["eth_getTransactionByHash", 0.06],
  ["eth_chainId", 0.05],
  ["eth_estimateGas", 0.04],
  ["eth_getTransactionCount", 0.04],
  ["eth_getStorageAt", 0.02],
  ["debug_traceTransaction", 0.02],
  ["eth_getCode", 0.02],
];

function filled(template: unknown, random: Random): unknown {
  if (typeof template === "string") return value(template, random);
  if (Array.isArray(template)) return template.map((each: unknown) => filled(each, random));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, each]) => [
      key === "A" ? value("A", random) : key,
      filled(each, random),
    ]),
  );
}

function rpcCall(method: string, random: Random): RealCall {
  const row = PARAMETERS.find(([methods]) => methods.test(method));
  const params = filled(JSON.parse(row?.[1] ?? "[]"), random);
  const body = JSON.stringify({ jsonrpc: "2.0", id: Math.floor(random() * 1e6), method, params });
  return { method, verb: "POST", path: "/", body };
}

/** A route with its parameters filled in by their names. */
function routeCall(method: string, random: Random): RealCall {
  const [verb = "GET", template = "/"] = method.split(" ");
  const one = (items: readonly string[]): string =>
    items[Math.floor(random() * items.length)] ?? "";
  const route = template.replaceAll(/\{([^}]*)\}/g, (_parameter, name: string) => {
    if (/height|cycle|count|slot_id|index|epoch|limit|start|stop|number/.test(name))
      return String(value("n", random));
    if (/contract_id/.test(name)) return `${CONTRACT}.${one(NAMES)}`;
    if (/asset/.test(name)) return `${CONTRACT}.${one(NAMES)}::stacked`;
    if (/principal|address|signer|owner/.test(name)) return one(PRINCIPALS);
    if (/zonefile/i.test(name)) return String(value("A", random)).slice(2);
    if (/hash|tx_?id|block|consensus|lookup$|term|id$/.test(name))
      return String(value("H", random));
    if (/kind|network/.test(name)) return "latest";
    if (/^pox$/.test(name)) return "pox4";
    if (/^token$/.test(name)) return `${CONTRACT}.${one(NAMES)}::stacked`;
    if (/namespace|tld/.test(name)) return "btc";
    if (/blockchain/.test(name)) return "stacks";
    if (/metadata|key/.test(name)) return "vm-metadata::9::contract";
    return one(NAMES);
  });
  const query =
    verb === "GET" && random() < 0.3 ? `?limit=20&offset=${String(value("n", random))}` : "";
  const body =
    verb === "POST"
      ? JSON.stringify(
          /map_entry/.test(template)
            ? "0x0c0000000106737461636b65720d00000004deadbeef"
            : /fees/.test(template)
              ? {
                  transaction_payload: "021a6d78de7b0625dfbfc16c3a8a5735f6dc3dc3f2ce".repeat(2),
                  estimated_len: 350,
                }
              : { sender: one(PRINCIPALS), arguments: ["0x0100000000000000000000000000000001"] },
        )
      : null;
  return { method, verb, path: `${route}${query}`, body };
}

/** Calls of every method that some chain knows and that only reads: a few of each, the rest by how often they are called. */
export function realCalls(total: number, random: Random): RealCall[] {
  const safe = CHAINS.flatMap(({ methods }) =>
    Object.entries(methods).flatMap(([method, { safe: isSafe }]) => (isSafe ? [method] : [])),
  );
  const one = (method: string): RealCall =>
    method.includes(" /") ? routeCall(method, random) : rpcCall(method, random);
  const calls = safe.flatMap((method) => [one(method), one(method), one(method)]);
  while (calls.length < total) {
    let drawn = random();
    const row = POPULAR.find(([, share]) => (drawn -= share) < 0) ?? POPULAR[0];
    if (row !== undefined) calls.push(one(row[0]));
  }
  return calls;
}

/** Request and answer lines of a folder of `.io` files. */
export function ioPairs(
  folder: string,
): { name: string; request: string; answer: string | null }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".io"))
    .sort()
    .flatMap((name) => {
      const lines = readFileSync(path.join(folder, name), "utf8").split("\n");
      return lines.flatMap((line, at) =>
        line.startsWith(">> ")
          ? [
              {
                name,
                request: line.slice(3),
                answer:
                  lines[at + 1]?.startsWith("<< ") === true ? (lines[at + 1] ?? "").slice(3) : null,
              },
            ]
          : [],
      );
    });
}
