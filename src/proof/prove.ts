import type { ClaimName, Claims, ProofFacts } from "../model/evidence.ts";
import type { Kind } from "../model/kinds.ts";
import { HEADER_FIELDS } from "./encode.ts";
import { SIGNED_FIELDS } from "./transaction.ts";

/** Kinds of which it is asked which side is right; a field that is gone or written otherwise is no wrong value. */
export const PROVABLE_KINDS: ReadonlySet<Kind> = new Set<Kind>([
  "value-changed",
  "value-to-null",
  "null-to-value",
  "enum-value-added",
  "array-items-missing",
  "array-items-added",
  "array-order-changed",
]);

interface Claim {
  readonly name: ClaimName;
  /** Places of an answer that the claim speaks of. */
  readonly covers: RegExp;
  /** How the broken one is told: "candidate's …". */
  readonly broken: string;
}

const header = HEADER_FIELDS.join("|");
const signed = SIGNED_FIELDS.join("|");
/** A transaction that is the result, or one of a block's; or the list itself. */
const TRANSACTION = "/result(?:/transactions/\\d+)?";

/** The first that tells is told: what covers most stands first. */
const CLAIMS: readonly Claim[] = [
  {
    name: "block-hash",
    covers: new RegExp(`^/result/(?:hash|${header})$`),
    broken: "header does not give the block's hash",
  },
  {
    name: "transaction-hash",
    covers: new RegExp(`^${TRANSACTION}/(?:${signed})(?:/|$)`),
    broken: "transaction does not give its own hash",
  },
  {
    name: "transactions-root",
    covers: new RegExp(
      `^/result/transactions(?:/\\d+(?:/(?:${signed})(?:/.*)?)?)?$|^/result/transactionsRoot$`,
    ),
    broken: "transactions do not give the block's transactions root",
  },
  {
    name: "sender",
    covers: new RegExp(`^${TRANSACTION}/(?:from|${signed})(?:/|$)`),
    broken: "`from` is not who signed the transaction",
  },
  {
    name: "withdrawals-root",
    covers: /^\/result\/withdrawals(?:Root)?(?:\/|$)/,
    broken: "withdrawals do not give the block's withdrawals root",
  },
  {
    name: "receipts-root",
    covers:
      /^\/result(?:\/\d+(?:\/(?:type|status|root|cumulativeGasUsed|logsBloom|logs(?:\/\d+(?:\/(?:address|data|topics(?:\/\d+)?))?)?))?)?$/,
    broken: "receipts do not give the receipts root of the block's header",
  },
  {
    name: "logs-bloom",
    covers: /^\/result(?:\/\d+)?\/(?:logsBloom|logs(?:\/\d+(?:\/(?:address|topics(?:\/\d+)?))?)?)$/,
    broken: "logs do not give the bloom filter beside them",
  },
  {
    name: "log-places",
    covers:
      /^\/result(?:\/\d+)?(?:\/logs\/\d+)?\/(?:blockHash|blockNumber|transactionHash|transactionIndex)$/,
    broken: "logs name another block or transaction than their receipt",
  },
  {
    name: "log-indexes",
    covers: /^\/result(?:\/\d+)?(?:\/logs)?(?:\/\d+)?(?:\/logIndex)?$/,
    broken: "log indexes have a gap or do not begin at the block's first",
  },
  {
    name: "gas-sums",
    covers: /^\/result(?:\/\d+(?:\/(?:gasUsed|cumulativeGasUsed))?)?$/,
    broken: "receipts' gas does not add up",
  },
];

/**
 * Which side is wrong at a place: the one that breaks a claim which the other keeps. That the other keeps it shows that the
 * claim's encoding is this chain's, so that nobody is accused for being of another. Null where nothing is shown.
 * @param path concrete JSON pointer into the response
 */
export function prove(kind: Kind, path: string, old: Claims, candidate: Claims): ProofFacts | null {
  if (!PROVABLE_KINDS.has(kind)) return null;
  for (const { name, covers, broken } of CLAIMS) {
    if (!covers.test(path) || old[name] === candidate[name]) continue;
    if (old[name] === undefined || candidate[name] === undefined) continue;
    return old[name]
      ? {
          wrong: "candidate",
          claim: name,
          reason: `The candidate is wrong: its ${broken}; with old's answer that fits.`,
        }
      : {
          wrong: "old",
          claim: name,
          reason: `Old is wrong: its ${broken}; with the candidate's answer that fits.`,
        };
  }
  return null;
}
