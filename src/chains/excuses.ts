import type { Excuse } from "./chain.ts";

/**
 * What nodes and the providers in front of them say when they can't answer now, on any chain. A code alone means other
 * things elsewhere (-32005 is "limit exceeded" of EIP-1474), so the words decide.
 */
export const COMMON_EXCUSES: readonly Excuse[] = [
  {
    means: "rate-limited",
    words:
      /rate.?limit(?:ed|ing)|rate.?limit.{0,30}(?:exceed|reach|exhaust|hit)|(?:exceed\w*|reached|hit).{0,30}rate.?limit|too many (?:concurrent )?requests?\b(?! in)|request rate|requests? (?:count|limit).{0,30}(?:exceed|reach)|(?:requests?|calls|credits?|units) ?(?:per|\/) ?(?:second|sec|minute|hour|day|s)\b|requests?\/(?:second|sec|s)\b|\d+\/second|rps limit|throttl|quota.{0,30}(?:exceed|reach|exhaust)|(?:exceed\w*|reached).{0,60}(?:quota|capacity|credits)|slow down|over (?:the )?(?:rate|request) limit|allowed requests|free.?tier limits?|concurrent requests? (?:limit )?(?:exceeded|reached)|(?:daily|monthly|hourly|usage|capacity|throughput|plan) (?:\w+ )?limit (?:is |was )?(?:exceeded|reached|hit)|(?:server|node) (?:is )?(?:too )?(?:busy|overloaded)|work queue depth exceeded/i,
    source:
      "https://docs.alchemy.com/reference/throughput, https://docs.metamask.io/services/how-to/handle-rate-limits",
  },
  {
    means: "syncing",
    words:
      /indexing is in progress|still (?:syncing|indexing)|(?:node|client) is (?:still )?(?:syncing|not synced|indexing|starting)|currently (?:syncing|indexing)|^syncing$|index(?:es)? (?:is|are) not (?:yet )?ready|not (?:yet )?(?:fully )?synced|sync(?:hronisation|hronization)? (?:is )?in progress/i,
    source: "https://github.com/ethereum/go-ethereum/pull/28703",
  },
  {
    means: "state-lost",
    words:
      /missing trie node|historical state|required historical|old data not available|pruned|world state unavailable|state .{0,80}(?:unavailable|(?:not|no longer) (?:be )?(?:available|found)|(?:has|have) been pruned)|state (?:is )?(?:not available|unavailable|not found|already pruned)|distance to target block exceeds|no state available|unable to find the state|state (?:does not exist|doesn't exist|already discarded)|(?:history|receipts) .{0,60}(?:not available|unavailable)|histories haven't been (?:fully )?indexed/i,
    source:
      "https://github.com/ethereum/go-ethereum/blob/master/core/state/database.go, https://github.com/paradigmxyz/reth/blob/main/crates/storage/errors/src/provider.rs",
  },
];
