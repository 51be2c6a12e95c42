/** What a release's notes can say that an operator has to know. In the order in which it matters. */
export type Sign =
  | "security"
  | "mandatory"
  | "no-rollback"
  | "migration"
  | "removal"
  | "api"
  | "recommended";

interface SignRule {
  readonly sign: Sign;
  readonly says: RegExp;
  /** A sentence that fits this too says the opposite. */
  readonly unless?: RegExp;
}

const NOT = String.raw`\b(?:no|not an?|isn't an?|without|non)[\s-]+(?:\w+\s+){0,2}`;

/** Data: which words of a sentence are which sign. Sources: release notes of Geth, Erigon, Besu, Nethermind, Reth, Bor, Agave, stacks-core. */
export const SIGN_RULES: readonly SignRule[] = [
  {
    sign: "security",
    says: /\b(?:CVE-\d{4}-\d{4,}|GHSA-[\w-]{10,}|vulnerabilit\w+|security (?:fix|release|update|issue|patch|advisor\w+|hotfix|bug|flaw|hole|problem)|denial[- ]of[- ]service|\bDoS\b|exploit\w*|remote crash|consensus (?:issue|bug|flaw|failure|vulnerability|split)|critical (?:fix|bug|issue|hotfix|update|release)|crash(?:ed|es)? (?:nodes )?remotely)/i,
    unless: new RegExp(`${NOT}(?:security|vulnerabilit|consensus|critical)`, "i"),
  },
  {
    sign: "mandatory",
    says: /\b(?:hard[- ]?fork\w*|consensus[- ](?:changing|breaking)|mandatory|(?:upgrade|update|release|version) is (?:strictly )?required|required (?:upgrade|update|release)|must (?:be )?(?:upgrade|update)\w*|(?:need|have) to (?:be )?(?:upgrade|update)\w*|(?:fork|network upgrade|upgrade|activat\w+|schedul\w+)\b.{0,80}\b(?:at|on|epoch|block|slot|timestamp)\b.{0,40}\d{4,}|mainnet (?:activation|fork|upgrade)|will (?:stop (?:following|syncing)|fall off|be forked off))/i,
    unless:
      /\b(?:no|not|isn't|without an?)[\s-]+(?:a\s+|an\s+)?(?:mandatory|required|hard[- ]?fork)|\b(?:not|needn't) (?:have|need) to (?:upgrade|update)|\b(?:optional|only for testnets?)\b/i,
  },
  {
    sign: "no-rollback",
    says: /\b(?:(?:can(?:no|')?t|cannot|impossible to|not possible to|no (?:way|longer possible) to|unable to|will not be able to) (?:be )?(?:downgrad\w+|roll(?:ed)?[- ]?back|revert\w*|go back)|(?:downgrad\w+|roll(?:ing)?[- ]?back\w*|going back).{0,60}(?:not (?:be )?(?:supported|possible)|impossible|requires? (?:a )?re-?sync|won't be possible|unsupported)|irreversibl\w+|one[- ]way (?:migration|upgrade)|(?:incompatible|not compatible) with (?:older|previous|prior|earlier)\b)/i,
  },
  {
    sign: "migration",
    says: /\b(?:re-?sync\w*|migrat(?:e|es|ed|ion|ions|ing)\b|database (?:format|version|schema|upgrade)|re-?index\w*|from genesis|snapshot (?:is )?required|(?:new|other) schema|schema (?:change|upgrade)|(?:new|fresh|empty) (?:chain ?state|data) ?dir\w*|reset\w* (?:the |their |your )?(?:chain ?states?|database)|(?:incompatible|not compatible) with (?:older|previous|prior|earlier) (?:chain ?states?|data|database)\w*)/i,
    unless:
      /\b(?:no|without|not (?:need|require)\w*|doesn't (?:need|require)) (?:\w+ ){0,3}(?:re-?sync|migrat|re-?index)/i,
  },
  {
    sign: "removal",
    says: /\b(?:deprecat\w+|remov(?:e|ed|es|al|ing)\b|no longer (?:support|available|return|accept|expos|serv|includ)\w*|drop(?:ped|s)? (?:support|the)\b|discontinu\w+|sunset\w*|breaking changes?|renamed?\b|now (?:returns?|rejects?|requires?|errors?|fails?)\b)/i,
  },
  {
    sign: "api",
    says: /\b(?:(?:eth|debug|net|web3|trace|txpool|admin|engine|erigon|ots|bor|optimism|arb|arbtrace|parity|clique|miner|personal|les|graphql|testing|proof)_\w+|JSON-?RPC|RPC|REST API|API|GraphQL|WebSocket|\/v\d\/[\w/{}-]+|\/extended\/[\w/{}-]+|(?:get|send|list|decode|simulate)[a-z]+(?:block|transaction|account|rawtransaction)\w*)\b/i,
  },
  {
    sign: "recommended",
    says: /\b(?:(?:strongly |highly )?recommend\w*|advis(?:e|ed|es) (?:\w+ ){0,4}(?:to )?(?:upgrade|update)|encourag\w+ (?:\w+ ){0,4}(?:to )?(?:upgrade|update)|should (?:upgrade|update))/i,
    unless: /\bnot recommended\b|\bback(?:ing)?[ -]?(?:up|s up)\b/i,
  },
];
