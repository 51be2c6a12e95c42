import { hasKeyEntropy } from "./entropy.ts";
import { isDoubtfulName, isSecretName } from "./member-names.ts";
import { splitOnce } from "./rules.ts";
import { isName, isNumber, isPublicAddress, isPublicValue } from "./values.ts";
import { isKnownWords } from "./words.ts";

/** What a part of a request's target is replaced by. */
export type Hide = (secret: string) => string;

/** A request's target without its secrets. */
export interface CleanTarget {
  readonly target: string;
  /** A part is gone that the question needs: what is asked for can't be known any more. */
  readonly lost: boolean;
}

/** Segments behind which providers expect a key rather than the name of a thing. */
const BEFORE_KEY =
  /^(?:|v\d+(?:beta\d+|alpha\d+)?|api|apis|rpc|jsonrpc|json-rpc|ws|wss|websocket|keys?|tokens?|eth|evm|ext|bc|auth|u|user|app|free|archive|full|node|p|o|main|mainnet|testnet|devnet|sepolia|holesky|hoodi|goerli)$/i;
/** Query parameters by which a client says who it is: without them the question is the same. */
const WHO_ASKS =
  /^(?:(?:.*[-_])?(?:api[-_]?key|apikey|token|secret|jwt|auth(?:orization)?|signature|sig|subscription[-_]key|access[-_]?key|app[-_]?(?:id|key)|client[-_]?id|project[-_]?id|session(?:[-_]?id)?|pass(?:word)?|pwd|d?key|user(?:name)?)|x-amz-.*)$/i;

/** A path segment or a query name may stand in for nobody but what it names. */
const decodedOrSelf = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * A target (`/v2/KEY?x=1`, also in absolute form) in which only known words stay and, for REST, what routes are known to take:
 * numbers, hashes, addresses, names of contracts. `isSecret` says what else must go.
 */
export function cleanTarget(
  target: string,
  wire: "json-rpc" | "rest",
  hide: Hide,
  isSecret: (text: string) => boolean,
  secretQuery: readonly string[] = [],
): CleanTarget {
  // An absolute target is asked for by its path; who it names as the user is no part of the question.
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0] ?? "";
  const [withoutFragment = ""] = target.slice(origin.length).split("#", 1);
  const [pathname, query] = splitOnce(withoutFragment, "?");
  let lost = false;
  const gone = (text: string): string => {
    lost = wire === "rest";
    return hide(decodedOrSelf(text));
  };
  const segments = pathname.split("/");
  const clean = segments.map((segment, index) => {
    const text = decodedOrSelf(segment);
    const stays = !isSecret(text) && !isSecret(segment) && maySegmentStay(segments, index, wire);
    return stays ? segment : gone(segment);
  });
  if (
    pathname !== "" &&
    !pathname.startsWith("/") &&
    clean[0] === segments[0] &&
    pathname !== "*"
  ) {
    clean[0] = gone(segments[0] ?? "");
  }
  const path = clean.join("/");
  if (query === undefined) return { target: path === "" ? "/" : path, lost };
  const pairs = query.split("&").map((pair) => {
    const [name, value] = splitOnce(pair, "=");
    const plainName = decodedOrSelf(name);
    const isNamed = name === "" || isKnownWords(plainName) || mayNameStay(plainName);
    if (value === undefined) return isNamed && !isSecret(plainName) ? pair : gone(pair);
    const cleanName = isNamed && !isSecret(plainName) ? name : gone(name);
    if (value === "") return `${cleanName}=`;
    const text = decodedOrSelf(value.replaceAll("+", " "));
    const isNamedSecret = isSecretName(plainName) || secretQuery.includes(plainName.toLowerCase());
    if (isNamedSecret || isSecret(text) || isSecret(value)) {
      if (!isNamedSecret && !WHO_ASKS.test(plainName)) lost ||= wire === "rest";
      return `${cleanName}=${hide(text)}`;
    }
    const mayStay = isDoubtfulName(plainName)
      ? wire === "rest" && isPublicAddress(text)
      : mayValueStay(plainName, text, wire);
    if (mayStay) return `${cleanName}=${value}`;
    return `${cleanName}=${WHO_ASKS.test(plainName) ? hide(text) : gone(text)}`;
  });
  return { target: `${path}?${pairs.join("&")}`, lost };
}

function mayNameStay(name: string): boolean {
  return (
    /^[A-Za-z_][\w.-]{0,30}(?:\[\w{0,20}\])?$/.test(name) && !hasKeyEntropy(name) && name.length > 1
  );
}

/** Parameters that take 32 bytes, also without `0x`. */
const TAKES_HASH = /hash|tx|block|tip|header|root|parent|^id$/i;

function mayValueStay(name: string, text: string, wire: "json-rpc" | "rest"): boolean {
  if (wire === "json-rpc") return isNumber(text, 10) || isKnownWords(text);
  // Lists, and `asset::name` of Stacks.
  return text
    .split(",")
    .every(
      (part) =>
        isPublicValue(part.trim()) && (!/^[0-9a-f]{64}$/i.test(part) || TAKES_HASH.test(name)),
    );
}

function maySegmentStay(
  segments: readonly string[],
  index: number,
  wire: "json-rpc" | "rest",
): boolean {
  const text = decodedOrSelf(segments[index] ?? "");
  if (text === "" || isKnownWords(text) || text === "*") return true;
  if (/^\d{1,10}$/.test(text)) return true;
  // An id of Avalanche's chains has a checksum, and stands in paths of JSON-RPC too.
  if (isPublicAddress(text)) return wire === "rest" || segments[index - 1] === "bc";
  if (wire === "json-rpc") return false;
  const before = decodedOrSelf(segments[index - 1] ?? "");
  const isAfterAddress = isPublicAddress(before);
  if (isAfterAddress || (!BEFORE_KEY.test(before) && isKnownWords(before))) {
    if (isPublicValue(text)) return true;
    if (/^(?:names?|namespaces?)$/.test(before)) return isName(text);
    if (before === "zonefile") return /^[0-9a-f]{40}$/i.test(text);
  }
  // Names of a contract and its functions follow the address that owns it.
  const owners = segments.slice(Math.max(0, index - 3), index);
  return (
    owners.some((owner) => isPublicAddress(decodedOrSelf(owner))) &&
    text.split("::").every((part) => isName(part) || /^\d{1,6}$/.test(part))
  );
}

/** What of a node's URL is its operator's own: user, path key, query values. */
export function secretsOfUrl(url: string): string[] {
  const [, userinfo = "", rest = ""] =
    /^[a-z][a-z0-9+.-]*:\/\/(?:([^/?#]*)@)?[^/?#]*(.*)$/is.exec(url) ?? [];
  const hidden = userinfo.split(":").map(decodedOrSelf);
  const keep: Hide = (secret) => {
    hidden.push(secret);
    return secret;
  };
  cleanTarget(rest, "json-rpc", keep, () => false);
  const label =
    URL.parse(url)
      ?.hostname.split(".")
      .filter((each) => hasKeyEntropy(each)) ?? [];
  return [...hidden, ...label].filter((secret) => secret !== "");
}

/** A URL within a text: who, key and query are gone; scheme, host, words and numbers stay. */
export function cleanUrl(url: string, hide: Hide, isSecret: (text: string) => boolean): string {
  const [, scheme = "", userinfo, host = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/?#]*)@)?([^/?#]*)(.*)$/is.exec(url) ?? [];
  const labels = host
    .split(".")
    .map((label) => (isSecret(label) || hasKeyEntropy(label) ? hide(label) : label))
    .join(".");
  const who = userinfo === undefined ? "" : `${hide(userinfo)}@`;
  if (rest === "") return `${scheme}${who}${labels}`;
  // A dot or a comma after it belongs to the sentence.
  const end = /[.,:;!]*$/.exec(rest)?.[0] ?? "";
  const { target } = cleanTarget(
    rest.slice(0, rest.length - end.length),
    "json-rpc",
    hide,
    isSecret,
  );
  return `${scheme}${who}${labels}${target}${end}`;
}
