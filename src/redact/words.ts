import { CHAINS } from "../chains/index.ts";

/**
 * Words that say what is asked for and of which network, never who asks: what may stand in a path, a query or a parameter
 * as it came. Lower case; a name is made of them (`getTransactionById`, `call-read`, `getblockcount`). None of them is a
 * secret, and a text made of them alone has no key's entropy.
 */
const TEXT = `
  v a b c d e g h i k n p r s t u x y z an and as at by for from in into is it no not of on only or out per the to up via with without
  rpc json jsonrpc http https ws wss websocket socket graphql grpc rest api apis public free demo node nodes full archive light
  main mainnet test testnet dev devnet beta alpha stage staging prod production local private shared regional sandbox preview
  network networks chain chains chainid chainlist net ext bc evm zk vm wasm core gateway proxy router service services server
  eth ether ethereum etc classic sepolia goerli holesky hoodi kovan rinkeby ropsten ephemery beacon consensus execution engine
  bitcoin btc litecoin ltc dogecoin doge bch zcash dash solana sol stacks stx hiro avalanche avax polygon matic pos amoy mumbai bor
  heimdall arbitrum arb nova orbit optimism op base linea scroll blast mantle mode zora zksync era celo alfajores gnosis xdai
  chiado bsc bnb opbnb binance smart fantom ftm sonic opera cronos moonbeam moonriver moonbase astar shiden aurora near harmony
  hmy klaytn klay kaia baobab kairos metis boba fuse okc okx heco canto kava evmos sei sui aptos starknet strk ton tron trx xrp
  xrpl ripple stellar xlm cardano ada polkadot dot kusama ksm cosmos atom osmosis injective celestia tezos xtz algorand algo
  hedera hbar flow filecoin fil iota tia taiko manta berachain bera bartio unichain world worldchain ink soneium abstract apechain
  ape ronin saigon immutable imx viction tomo theta vechain vet waves zilliqa zil icon neo eos wax chiliz merlin bitlayer core
  rootstock rsk nervos fraxtal frax lisk redstone degen xai sanko shape swell story monad megaeth hyperliquid hyper plasma katana
  tx txs txid txids txpool transaction transactions trx transfer transfers block blocks blockhash blockchain blockstate height
  heights hash hashes head heads header headers tip tips genesis finality finalized safe latest pending earliest confirmed processed
  recent unconfirmed mined orphaned canonical burn burnchain burnblock microblock microblocks anchor anchored unanchored tenure
  tenures cycle cycles epoch epochs slot slots era round rounds session sessions validator validators committee committees
  attestation attestations deposit deposits withdrawal withdrawals sidecar sidecars blob blobs commitment commitments reward rewards
  stake stakes staking stakers stacker stackers stacking pool pools pox delegate delegated delegation delegations
  account accounts address addresses balance balances nonce nonces code storage slot proof proofs state states trie root roots
  witness log logs event events filter filters topic topics receipt receipts trace traces tracer debug internal inspect call calls
  callread contract contracts interface source abi bytecode function functions method methods map entry var data constant read write
  view query queries search find lookup list lists get gets set sets put post delete add remove update create check count counts
  total sum size limit offset page pages cursor next prev previous first last start end begin after before since until sort order
  asc desc by direction ascending descending reverse range min max size depth index indexes num number numbers id ids uid type types kind format
  encoding base hex raw full short simple detail details detailed verbose verbosity summary brief include exclude show hide with
  parsed binary utf text html xml csv pretty compact compressed all any none one two single multiple many batch bulk true false null yes
  name names namespace namespaces domain domains zonefile zonefiles subdomain subdomains owner owners owned resolver resolve
  token tokens fungible non nft nfts ft fts asset assets holding holdings holders holder mint mints minted supply metadata meta media
  price prices pricing gas fee fees feerate feerates base priority tip estimate estimates estimated estimation oracle oracles rate rates
  history historical stats statistic statistics metric metrics info information status health healthz healthcheck live livez ready
  readyz readiness liveness ping pong version versions client config configuration setting settings params param parameters
  parameter value values key keys public field fields column columns row rows table tables schema options option spec openapi
  docs doc swagger favicon robots index well known sitemap ico txt js css map
  peer peers neighbor neighbors neighbours identity id syncing sync synced syncs mempool memory pool dropped replaced pending
  new old current default usual estimate simulate simulation call many bundle bundles send sends sent submit submits broadcast publish relay raw
  subscribe subscription subscriptions unsubscribe notification notifications notify newheads listen watch
  wallet wallets utxo utxos unspent spent output outputs input inputs script scripts vin vout witness segwit legacy descriptor
  descriptors taproot rules template chaintips difficulty hashrate mining miner miners minerfee work uncle uncles ommer ommers
  program programs signature signatures signer signers lamports rent exempt epoch schedule leader leaders vote votes inflation
  performance samples cluster snapshot snapshots ledger prioritization owner mint delegate largest multiple encoding parsed zstd
  finality economical conservative mode unset replay replayable instant fast faster slow average standard normal high medium low
  interval day days hour hours week weeks month months year years minute minutes second seconds daily hourly time times timestamp
  timestamps date dates unix utc millis period window bucket duration timeout
  sender senders recipient recipients receiver principal principals stx sponsor sponsored sponsors canonical coinbase payload post
  condition conditions memo amount amounts reserve reserves liquidity swap swaps pair pairs market markets volume ticker tickers quote
  trade trades exchange rates bid ask order orders
  bank gov proposal proposals param tally ibc denom denoms denomination module modules authz mint distribution slashing evidence
  feegrant upgrade plan applied node tendermint block txs syncing abci validatorset comet auth
  byte bytes chars words sha keccak ripemd func module action erc eip sip bip brc rune runes inscription inscriptions ordinals sat sats
  multi aggregate aggregated resource resources item items object objects collection collections group groups user users profile
  error errors reason result results response request requests message messages success failure failed ok code stage progress
  disable enable enabled disabled allow override overrides validation return returns only top with log memory stack opcode opcodes
  prestate poststate flat noop mux js struct logger calltracer stateful diff statediff vmtrace
  transactionhash blocknumber blockheight tokenid contractid txhash chainstate compat retro extended extra advanced lite mini
  cross origin anonymous browser mobile desktop web app site landing home about
  account nonce bitfields proofofwork historicalsummaries genesis fork forks forkid schedule capability capabilities protocol
  solidity vyper compiler compilers proxy implementation verified verify
  minutely tvl apy apr yield farm vault vaults lend borrow bridge bridges rollup rollups sequencer batch batches proven executed
  confirm confirms confirmation confirmations deposited ancestor ancestors descendant descendants parent parents child children
  balancechanges changes change delta from fromblock toblock since blockrange span part parts section sections
  bitcoinlike ordinal position positions rank ranks top recent trending popular featured best latest
  dump export import stop restart reload locked unlocked
`;

const LONGEST_TEXT = 80;
const LONGEST_WORD = 32;
const SHORTEST_INNER = 3;
const PARTS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/** Words of the chains' own methods and routes are known too (`/extended/v1/faucets`). */
const WORDS: ReadonlySet<string> = new Set([
  ...TEXT.trim().split(/\s+/),
  ...CHAINS.flatMap(({ methods }) => Object.keys(methods).flatMap(wordsOf)),
]);

function wordsOf(method: string): string[] {
  const names = method.replaceAll(/\{[^}]*\}/g, " ").match(PARTS) ?? [];
  return names
    .filter((name) => name.length > 1 && !/^\d/.test(name))
    .map((name) => name.toLowerCase());
}

/** Whether a text is made of known words, with versions and small numbers between. Of harmless characters only. */
export function isKnownWords(text: string): boolean {
  if (text.length > LONGEST_TEXT || !/^[A-Za-z0-9._~-]*[A-Za-z][A-Za-z0-9._~-]*$/.test(text)) {
    return false;
  }
  let numbers = 0;
  let letters = 0;
  for (const [part] of text.matchAll(PARTS)) {
    if (/^\d/.test(part)) {
      numbers += 1;
      if (numbers > 3 || part.length > 4) return false;
      continue;
    }
    if (part.length === 1) letters += 1;
    if (letters > 2 || !isKnownWord(part.toLowerCase())) return false;
  }
  return true;
}

/** A word, or words written as one (`getblockcount`). */
function isKnownWord(word: string): boolean {
  if (WORDS.has(word)) return true;
  if (word.length > LONGEST_WORD) return false;
  const reached = new Set([0]);
  for (let end = SHORTEST_INNER; end <= word.length; end += 1) {
    for (const start of reached) {
      if (end - start >= SHORTEST_INNER && WORDS.has(word.slice(start, end))) {
        reached.add(end);
        break;
      }
    }
  }
  return reached.has(word.length);
}
