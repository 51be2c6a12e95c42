import { hasKeyEntropy } from "./entropy.ts";
import { isDoubtfulName, isSecretName } from "./member-names.ts";
import { readPointers } from "./pointers.ts";
import type { OpenPointers } from "./pointers.ts";
import type { RedactionRules } from "./rules.ts";
import type { Tokeniser } from "./tokens.ts";
import { isToken } from "./tokens.ts";
import { isEthereumAddress, isHash, isHex, isPublicAddress } from "./values.ts";
import { isKnownWords } from "./words.ts";

/** What a member's name says of its value, or that the name itself must not stay. */
export type NameKind = "plain" | "hex" | "hash" | "doubtful" | "secret" | "odd";

/** What all exchanges of one recording have in common. */
export interface Context {
  readonly rules: RedactionRules;
  readonly tokens: Tokeniser;
  readonly pointers: OpenPointers;
  nameKind(name: string): NameKind;
}

const REMEMBERED = 5_000;
const LONGEST_REMEMBERED = 64;

export function contextOf(rules: RedactionRules, tokens: Tokeniser): Context {
  // Traffic has some hundred names, again and again.
  const known = new Map<string, NameKind>();
  return {
    rules,
    tokens,
    pointers: readPointers(rules.jsonPaths),
    nameKind(name) {
      const remembered = known.get(name);
      if (remembered !== undefined) return remembered;
      const kind = kindOfName(name);
      if (name.length <= LONGEST_REMEMBERED && known.size < REMEMBERED) known.set(name, kind);
      return kind;
    },
  };
}

/** A word, a number, or data of the chain (a slot, an address) may be the name of a member. */
function kindOfName(name: string): NameKind {
  if (isSecretName(name)) return "secret";
  if (isDoubtfulName(name)) return "doubtful";
  if (isEthereumAddress(name) || /^\d{1,20}$/.test(name) || name === "" || isToken(name))
    return "plain";
  if (isHex(name) && name.length <= 66) return "hex";
  // Without a mark it may be a key as well: only storage in traces is written so.
  if (isHash(name)) return "hash";
  if (/^[A-Za-z_$][\w$.:/-]{0,63}$/.test(name) && (isKnownWords(name) || !hasKeyEntropy(name)))
    return "plain";
  return isPublicAddress(name) || (name.length <= 40 && isKnownWords(name.replaceAll(" ", "")))
    ? "plain"
    : "odd";
}
