import { NETWORK } from "./networks.ts";

/** What a release's notes can say that an operator has to know. In the order in which it matters. */
export type Sign =
  | "security"
  | "mandatory"
  | "avoid"
  | "no-rollback"
  | "migration"
  | "removal"
  | "api"
  | "recommended";

export interface SignRule {
  readonly sign: Sign;
  readonly says: RegExp;
  /** Phrases that have such words and do not say so: they are taken out before the sentence is read. */
  readonly besides?: RegExp;
  /** What the sentence has to speak of, too. */
  readonly about?: RegExp;
}

/** One expression of alternatives. Windows of words are bounded: notes may be hostile. */
const any = (...sources: readonly string[]): RegExp => new RegExp(`(?:${sources.join("|")})`, "gi");

const FORK = String.raw`(?:hard[- ]?forks?|\bHF\b)`;
/** Words of one clause; a sentence is one already, and what was taken out of it leaves a semicolon. */
const within = (most: number): string => String.raw`[^;]{0,${most}}`;
/** Up to so many words after a "no" that still belong to it. */
const noWords = (most: number): string =>
  String.raw`(?:(?!but\b|however\b|if\b|unless\b|when\b|longer\b|please\b|you\b)[\w/'-]+,? ){0,${most}}`;

/** Of four digits or more: a height, a year, Unix seconds. */
const NUMBER = String.raw`(?:\d{4,}|\d{1,3}(?:[_,']\d{3})+)`;

const THINGS = String.raw`(?:clients?|configs?|configurations?|dashboards?|scripts?|schedulers?|plugins?|tool\w*|integrations?|sdks?|wallets?|librar\w+|code|dependenc\w+|packages?|flags?|options?|applications?|apps?|files?|docs?|documentation|tests?|callers?|consumers?|crates?|alerts?|charts?|networks?|setups?|fields?|param\w*|contracts?|chain ?specs?|genesis|queries|requests?|references?|links?|images?)`;
const MUST = String.raw`(?:must|needs? to|ha(?:ve|s) to|(?:is|are) required to)`;
const UPGRADE = String.raw`(?:upgrad(?:e|ed|ing)|updat(?:e|ed|ing))`;
const RELEASE = String.raw`(?:upgrade|update|release|version)`;

const DATA = String.raw`\b(?:data\w*|db|database\w*|schema\w*|chain ?states?|storage|snapshots?|ledger|blockstore|trie|formats?|start ?up|(?:re)?boots?|first (?:start|run)|disk|automatic\w*|long|columns?|bonsai)\b`;
const AGAIN = String.raw`(?:re-?sync\w*|migrat\w+|re-?index\w*|event[- ]?replay|genesis)`;

/** Data: which words of a sentence are which sign. Sources: release notes of the known clients. */
export const SIGN_RULES: readonly SignRule[] = [
  {
    sign: "security",
    says: any(
      String.raw`\bCVE-\d{4}-\d{4,}`,
      String.raw`\bGHSA-[\w-]{10,}`,
      String.raw`\bvulnerabilit\w+`,
      String.raw`\bsecurity (?:fix|release|update|issue|patch|advisor\w+|hotfix|bug|flaw|hole|problem|vulnerab)`,
      String.raw`^\W*security(?: (?:fixes|updates|patches))?\W*$`,
      String.raw`\bdenial[- ]of[- ]service|\bDoS\b`,
      String.raw`\bexploit(?:able|ed|ation|s)?\b`,
      String.raw`\bremote crash|\bcrash(?:ed|es)? (?:nodes )?remotely`,
      String.raw`\battackers? (?:can|could|may|might)\b`,
      String.raw`\bconsensus (?:issue|bug|flaw|failure|fault|vulnerability|split)`,
      String.raw`\bcaus(?:e|es|ed|ing) an? (?:chain|network) (?:fork|split)\b`,
      String.raw`\bcritical (?:fix|bug|issue|hotfix|update|release)`,
    ),
    besides: any(
      String.raw`\bsecurity (?:and|or) update notifications?`,
      String.raw`\b(?:no|not an?|isn't an?|without|non)[\s-]+(?:\w+\s+){0,2}(?:security|vulnerabilit\w*|consensus|critical)(?: \w+)?`,
      String.raw`(?:\bnot |n't |\bun)(?:be )?(?:affected|impacted|vulnerable|exploitable)${within(80)}`,
      String.raw`\bconsensus[- ]critical`,
      String.raw`\bexploits? (?:the )?\w*(?:parallel|local|concurren|cache|hardware|cores?)\w*`,
    ),
  },
  {
    sign: "mandatory",
    says: any(
      String.raw`\bmandatory\b`,
      String.raw`\b${RELEASE}s? (?:is|are) (?:\w+ ){0,2}required\b`,
      String.raw`\b${RELEASE} required\b|\brequired ${RELEASE}\b`,
      String.raw`\b${MUST} (?:be )?${UPGRADE}\b`,
      String.raw`\b${UPGRADE}\b${within(80)}\bbefore\b${within(60)}(?:block|height|epoch|slot|fork|activation|\d{4})`,
      String.raw`${FORK}`,
      String.raw`\bconsensus[- ](?:changing|breaking|critical)\b|\bconsensus rules (?:which|that) (?:will )?activat`,
      String.raw`\b(?:fork|(?:network|protocol) upgrade|activat(?:e|es|ed|ion|ing)|schedul(?:e|es|ed|ing))\b${within(80)}\b(?:at|on|to|of|for|epoch|block|slot|timestamp)\b${within(40)}${NUMBER}`,
      String.raw`\bactivation (?:epoch|block|slot|height|time\w*) (?:is|of|for|on)\b`,
      String.raw`\b(?:add|set|finaliz|schedul|updat|configur)\w*${within(60)}\bfork (?:times?|timestamps?|blocks?|heights?|epochs?) (?:for|on|of|to)\b`,
      String.raw`\bschedul(?:e|es|ed|ing)\b${within(60)}\bon (?:the |all )?${NETWORK}\b`,
      String.raw`\bmainnet (?:activation|fork|upgrade)\b`,
      String.raw`\bwill (?:stop (?:following|syncing)|fall off|halt when)|\bbe forked (?:away|off)|\bstop working (?:at|on|after) the (?:transition|fork|upgrade)`,
    ),
    besides: any(
      String.raw`\b(?:non|not|isn't|no longer|never)[\s-]+(?:an? )?(?:mandatory|required)(?: \w+)?`,
      String.raw`(?:\bnot|n't) (?:have|need|required) to (?:upgrade|update)|\bno need to (?:upgrade|update)`,
      String.raw`\b(?:may|might) (?:need|have) to (?:be )?${UPGRADE}`,
      String.raw`\bmandatory (?:\w+ )?${THINGS}|\bmandatory (?:\w+ )?(?:arguments?|headers?|keys?|values?|propert\w+|attributes?|columns?|checks?)`,
      String.raw`(?:\b(?:field|param\w*|argument|flag|option|setting|header|property|key|value|input)s?|--[\w-]+)\b${within(40)}\b(?:is|are|becomes?|made|now) (?:now )?(?:mandatory|required)`,
      String.raw`\b(?:higher|newer|later|minimum|java|node|go|rust|python|compiler|protocol) version is required`,
      String.raw`\b${THINGS}\b (?:\([^)]{0,60}\) )?(?:may |might |will |should |could )?(?:also )?${MUST} (?:be )?${UPGRADE}`,
      String.raw`\b${MUST} ${UPGRADE} (?:your |their |the |any |its )?(?:\w+ )?${THINGS}\b`,
      String.raw`\bupgrad\w+ before${within(80)}\b(?:is|are) (?:\w+ )?recommended`,
      String.raw`\brecommended ${RELEASE}\b${within(120)}`,
      String.raw`\b(?:quer(?:y|ies|ying)|expos\w+|methods? (?:to|for)|tests?|tested|testing|fixtures?|benchmark\w*|simulat\w+|private|custom)\b${within(60)}${FORK}`,
      String.raw`${FORK}[- ](?:tests?|testing|names?|chain ?specs?|config\w*|handling|logic|validation|ordering|by|ids?|settings?|checks?|enum\w*|methods?|class\w*)`,
      String.raw`\b(?:all|its|their|related|older|old|past|previous|legacy) (?:\w+ ){0,3}hard[- ]?forks`,
      String.raw`\b(?:remov|delet|drop|deprecat|clean)\w*${within(80)}${FORK}`,
      String.raw`\bafter the (?:\w+ ){0,3}(?:hard[- ]?)?fork\b`,
      String.raw`(?:\bno|\bnot|n't|\bwithout)\b${within(40)}${FORK}`,
      String.raw`\bin preparation (?:for|of) (?:an? |the )?(?:\w+ ){0,2}${FORK}`,
      String.raw`\bfork[- ](?:choice|ids?|monitor|readiness)\b`,
      String.raw`\bschedul\w+ (?:snapshots?|backups?|jobs?|compactions?|tasks?|pruning|gc)\b`,
    ),
  },
  {
    sign: "avoid",
    says: any(
      String.raw`\b(?:do not|don't|should not|shouldn't|must not|never)\s+(?:use|run|install|deploy|upgrade to|update to|be (?:used|run|installed|deployed))\b${within(40)}\b(?:(?:this|the) (?:release|version)|(?:in|to|for|on) (?:production|any production|${NETWORK}))`,
      String.raw`\bnot recommended (?:for |to be used )?(?:on |in )?(?:production|${NETWORK})`,
      String.raw`\bnot (?:suitable|intended|ready|meant|safe) for (?:production|${NETWORK})`,
      String.raw`\b(?:release|version)\b${within(60)}\b(?:was|is|has been|were)(?: been)? (?:withdrawn|pulled|retracted|yanked|revoked|superseded)`,
      String.raw`\bsuperseded by (?:release |version )?v?\d|\b(?:was )?not released\b|\bskip this (?:release|version)`,
      String.raw`\buse (?:version |release )?v?\d+\.\d+(?:\.\d+)*(?: or (?:later|newer|above))? instead|\bfor the [\w ]{1,20} use version v?\d`,
      String.raw`\b(?:release|version|build|alpha|beta)\b${within(60)}\bfor testing\b|\btesting only\b`,
    ),
  },
  {
    sign: "no-rollback",
    says: any(
      String.raw`\b(?:can(?:no|')?t|cannot|can not|impossible to|not possible to|no (?:way|longer possible) to|unable to|will not be able to) (?:be )?downgrad\w+`,
      String.raw`\b(?:downgrad\w+|roll(?:ing)?[- ]?back\w*|going back)\b${within(60)}(?:not (?:be )?(?:supported|possible)|impossible|requires? (?:a )?re-?sync|won't be possible|unsupported)`,
      String.raw`\birreversibl\w+ (?:migration|upgrade|change|conversion|update)|\b(?:migration|upgrade|conversion|update)\b${within(40)}\birreversibl|\bone[- ]way (?:migration|upgrade)`,
      String.raw`\b(?:cannot|can't|can not|won't|will not|will no longer|not) be (?:opened|read|used|loaded|understood)\b${within(20)}\b(?:by|with|in)\b${within(12)}\b(?:older|previous|prior|earlier|old)\b`,
      String.raw`\b(?:older|previous|prior|earlier) (?:versions?|releases?|nodes?|binar\w+|software)\b${within(60)}\b(?:cannot|can't|won't|will not|will no longer|unable to)\b (?:be able to )?(?:read|open|work with|load|start|use|understand)\b`,
    ),
  },
  {
    sign: "no-rollback",
    says: any(
      String.raw`\b(?:can(?:no|')?t|cannot|can not|impossible to|not possible to|no (?:way|longer possible) to|unable to|will not be able to) (?:be )?(?:roll(?:ed)?[- ]?back|revert\w*|(?:go|gone) back)`,
      String.raw`\b(?:incompatible|not (?:back(?:ward)?s?[- ])?compatible) with (?:older|previous|prior|earlier)\b`,
    ),
    about: any(
      String.raw`\b(?:versions?|releases?|upgrad\w+|migrat\w+|data\w*|db|schema\w*|chain ?states?|storage|nodes?)\b`,
    ),
  },
  {
    sign: "migration",
    says: any(
      String.raw`\bre-?sync\w*|\bre-?index\w*`,
      String.raw`\b(?:from genesis|genesis sync|sync\w* from (?:scratch|zero))\b`,
      String.raw`\bdatabase (?:format|version|schema|upgrade)\b|\b(?:db|sql|database) schema\b`,
      String.raw`\b(?:databases?|chain ?states?)\b${within(60)}\b(?:converted|upgraded|rebuilt|restructured)\b`,
      String.raw`\b(?:new|other) schema\b|\bschema (?:change|upgrade|update)`,
      String.raw`\bsnapshot (?:is )?required\b|\b(?:need|have|must|requires?)\b${within(30)}\b(?:clean|full|fresh|complete) sync\b`,
      String.raw`\bevent[- ]?replay (?:is |are )?(?:required|needed|necessary)|\b(?:use|requires?|needs?) (?:an? |the )?(?:full )?event[- ]?replay`,
      String.raw`\b(?:new|fresh|empty) (?:chain ?state|data) ?dir\w*`,
      String.raw`\b(?:wip|delet|reset|remov)(?:e|es|ed|ing)? (?:the |your |their |existing )*(?:chain ?data|chain ?states?|data ?dir\w*|(?:\w+ )?database)\b`,
      String.raw`\b(?:incompatible|not compatible) with (?:older|previous|prior|earlier) (?:chain ?states?|data|database)\w*`,
      String.raw`\bcolumn famil\w+\b${within(40)}\bchanged|\b(?:column|snapshot|storage|database) format\b${within(30)}\b(?:updated|changed|modified)`,
    ),
    besides: any(
      String.raw`\bno ${noWords(14)}${AGAIN}`,
      String.raw`\bwithout (?:any )?${noWords(6)}${AGAIN}`,
      String.raw`(?:\bnot|n't) (?:need|requir|necessitat|involv|trigger|caus)\w* ${noWords(6)}${AGAIN}(?: from genesis)?`,
      String.raw`\b${AGAIN} (?:is|are|was|will be) (?:not|n't|never) (?:required|needed|necessary)`,
      String.raw`\b${AGAIN} (?:isn't|aren't|won't be) (?:required|needed|necessary)`,
      String.raw`\b(?:fix\w*|bug|panic|crash\w*|error|regression|faster|speed\w*|improv\w+|paus\w+|stall\w*)\b[^.;,]{0,60}\b(?:from genesis|from scratch|re-?sync\w*|re-?index\w*|event[- ]?replay)`,
      String.raw`\b(?:from genesis|from scratch|re-?sync\w*|re-?index\w*)\b[^.;,]{0,30}\b(?:fail\w*|paus\w+|stall\w*|crash\w*|stuck|faster)`,
      String.raw`\b(?:json|openapi|graphql|rpc|api|response) schema\w*`,
    ),
  },
  {
    sign: "migration",
    says: /\bmigrat(?:e|es|ed|ions?|ing)\b/gi,
    besides: any(
      String.raw`\bno ${noWords(14)}${AGAIN}`,
      String.raw`\bwithout (?:any )?${noWords(6)}${AGAIN}`,
      String.raw`(?:\bnot|n't) (?:need|requir|necessitat|involv|trigger|caus)\w* ${noWords(6)}${AGAIN}`,
      String.raw`\b${AGAIN} (?:is|are|was|will be) (?:not|n't|never) (?:required|needed|necessary)`,
      String.raw`\bmigrat\w*${within(40)}\bwallets?\b|\bwallets?\b${within(40)}\bmigrat\w+`,
      String.raw`\bif [^.;,]{0,60}\b(?:needs? to be|has to be|must be) migrated`,
      String.raw`\bmigrat\w+ guides?\b|\bmigrat\w+ of the address book`,
      String.raw`\bmigrat\w* (?:of |to |from )?(?:the |an? )?(?:\w+ ){0,3}(?:packages?|repositor\w+|repo|ci|docs?|documentation|build|makefile|gradle|github|code|crates?|tests?|modules?|librar\w+|dependenc\w+)\b`,
      String.raw`\bfix\w*\b[^.;,]{0,40}\bmigrat\w+`,
    ),
    about: any(DATA),
  },
  {
    sign: "removal",
    says: any(
      String.raw`\bdeprecat\w+|\bdiscontinu\w+|\bsunset\w*|\bremov(?:e|ed|es|al|ing)\b|\brenam(?:e|ed|es)\b`,
      String.raw`\bno longer (?:be |being )?(?:\w+ly )?(?:support|available|return|accept|expos|serv|includ|maintain|publish|provid|ship|allow|emit|contain|pars|recogni[sz]|part of)\w*`,
      String.raw`\bdrop(?:ped|s)? (?:support|the)\b`,
      String.raw`\bbreaking(?: [\w-]+){0,2} changes?\b|^\W*breaking\W*$|\bincompatible changes?\b|\bbreaks (?:backwards? )?compatibility`,
      String.raw`\bnow (?:returns?|rejects?|requires?|errors?|fails?)\b|\bis now rejected\b`,
    ),
    besides: any(
      String.raw`\b(?:no longer|not|un)[ -]?deprecated`,
      String.raw`\b(?:no|not an?|without)(?: any)? breaking(?: changes?)?`,
      String.raw`\bdeprecat\w*${within(30)}\btests?\b|\btests?\b${within(40)}\bdeprecat\w*`,
    ),
  },
  {
    sign: "api",
    says: /\b(?:(?:eth|debug|net|web3|trace|txpool|admin|engine|erigon|ots|bor|optimism|arb|arbtrace|parity|clique|miner|personal|les|graphql|testing|proof)_\w+|JSON-?RPC|RPC|REST API|API|GraphQL|WebSocket|\/v\d\/[\w/{}-]+|\/extended\/[\w/{}-]+|(?:get|send|list|decode|simulate)[a-z]+(?:block|transaction|account|rawtransaction)\w*)\b/gi,
  },
  {
    sign: "recommended",
    says: any(
      String.raw`\b(?:recommended|advised|important|urgent) (?:\w+ ){0,2}${RELEASE}\b`,
      String.raw`\b(?:recommend\w*|advis(?:e|ed|es)|encourag\w+|urg(?:e|ed|es)|asked|suggest\w*)\b${within(80)}\b(?:upgrad|updat)\w*`,
      String.raw`\b(?:upgrad\w+|updat(?:e|ing))\b${within(80)}\b(?:is|are) (?:\w+ )?(?:recommended|advised|encouraged)`,
      String.raw`\brecommended for\b`,
      String.raw`\bshould (?:upgrade|update)\b|\bplease (?:upgrade|update)\b`,
      String.raw`\b(?:upgrade|update)\b${within(40)}\b(?:as soon as possible|promptly|immediately|urgently|asap)\b`,
      String.raw`\bhot[- ]?fix (?:release|version)|\b(?:is|are|has|contains?|includes?) an? hot[- ]?fix\b|^\W*hot-?fix\b`,
      String.raw`\bpriority: (?:high|medium)\b`,
    ),
    besides: any(
      String.raw`\bnot recommended\b${within(60)}`,
      String.raw`\b(?:memory|ram|[gt]i?b|cores?|disk|ports?|settings?|flags?|options?|values?|hardware|range)\b${within(40)}\brecommended for`,
      String.raw`\b(?:should|please) (?:upgrade|update) (?:your |their |the |any |its )?(?:\w+ )?${THINGS}\b`,
      String.raw`\bback(?:ing)?[ -]?(?:up|s up)\b${within(80)}`,
    ),
  },
];

/** Titles of commits that change no node. */
export const NO_CHANGE_OF_A_NODE =
  /^(?:v?[\d.]+:\s+)?(?:chore|docs?|ci|tests?|build|refactor|style)(?:\([^)]{0,60}\))?:\s/i;
