import { hasKeyEntropy } from "./entropy.ts";
import { isKnownWords } from "./words.ts";

/** What a header's value may be: gives it as it is kept, or undefined where it is not of that form. */
type Grammar = (value: string) => string | undefined;

/** A value of one form as a whole. */
const form =
  (pattern: RegExp): Grammar =>
  (value) =>
    pattern.test(value.trim()) ? value : undefined;

const NUMBER = form(/^-?\d{1,15}(?:\.\d{1,6})?$/);
const HTTP_DATE = form(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
const CODINGS = form(
  /^(?:(?:gzip|x-gzip|deflate|br|zstd|identity|compress|dcb|dcz|\*)(?:;\s*q=[01](?:\.\d{1,3})?)?(?:\s*,\s*|$))*$/i,
);
const VERBS = form(
  /^(?:(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|\*)(?:\s*,\s*|$))*$/i,
);
/** Names of headers, which may hold anything but a key. */
const NAMES: Grammar = (value) =>
  value.split(",").every((name) => isHeaderName(name.trim())) ? value : undefined;
const DIRECTIVES = form(
  /^(?:(?:[a-z][a-z-]{1,24})(?:=(?:"?[\w, -]{0,40}"?|\d{1,12}))?(?:\s*[,;]\s*|$))*$/i,
);
const LIMITS = form(
  /^[\d\s,;=.]*$|^(?:"?[a-z]{1,20}"?(?:;\w{1,3}=\d{1,15})*(?:\s*,\s*|$))*$|^(?:\w{1,20}=\d{1,15}(?:\s*[,;]\s*|$))*$/i,
);
const RANGE = form(/^(?:bytes|items)[= ][\d\s,*/-]{1,80}$/i);

const isHeaderName = (name: string): boolean =>
  name === "*" ||
  name === "" ||
  (/^[\w-]{1,60}$/.test(name) && (isKnownWords(name) || !hasKeyEntropy(name)));

/** Media types with what is known to stand behind them; other parameters are left out. */
const MEDIA: Grammar = (value) => {
  const types = value.split(",").map((type) => {
    const [name = "", ...parameters] = type.split(";").map((part) => part.trim());
    if (
      !/^(?:\*|application|audio|font|image|message|model|multipart|text|video)\/[\w.+*-]{1,60}$/i.test(
        name,
      )
    ) {
      return undefined;
    }
    const subtype = name.slice(name.indexOf("/") + 1);
    if (hasKeyEntropy(subtype)) return undefined;
    const known = parameters.filter((parameter) =>
      /^(?:q=[01](?:\.\d{1,3})?|charset="?[a-z][\w-]{1,15}"?|version=[\d.]{1,10}|v=\w{1,3})$/i.test(
        parameter,
      ),
    );
    return [name, ...known].join(";");
  });
  if (types.includes(undefined)) return undefined;
  // As it came where nothing was left out: spaces and all.
  const kept = types.join(",");
  return kept === value.replaceAll(/\s*([;,])\s*/g, "$1").trim() ? value : kept;
};
const LANGUAGES = form(
  /^(?:(?:\*|[a-z]{2,3}(?:-\w{2,4}){0,2})(?:;q=[01](?:\.\d{1,3})?)?(?:\s*,\s*|$))*$/i,
);
const ORIGIN: Grammar = (value) =>
  value === "*" ||
  value === "null" ||
  (/^https?:\/\/[\w.-]{1,100}(?::\d{1,5})?$/i.test(value) &&
    !value.split(/[./:]+/).some((label) => hasKeyEntropy(label)))
    ? value
    : undefined;
const PREFERENCES: Grammar = (value) =>
  value
    .split(/[,;]/)
    .every((part) =>
      part
        .split("=")
        .every((word) => /^\s*"?(?:\d{1,6}|)"?\s*$/.test(word) || isKnownWords(word.trim())),
    )
    ? value
    : undefined;
const WORDS: Grammar = (value) =>
  /^[\w.,;= "-]{0,100}$/.test(value) &&
  value.split(/[,;= "]+/).every((word) => !hasKeyEntropy(word))
    ? value
    : undefined;

/** Request headers that stay where they are of their form. Every other one is dropped. */
export const REQUEST_HEADERS: Readonly<Record<string, Grammar>> = {
  accept: MEDIA,
  "accept-encoding": CODINGS,
  "accept-language": LANGUAGES,
  "content-type": MEDIA,
  "content-encoding": CODINGS,
  "if-modified-since": HTTP_DATE,
  range: RANGE,
  prefer: PREFERENCES,
  "access-control-request-method": VERBS,
  "access-control-request-headers": NAMES,
};

/** Answer headers that stay; where a value is not of its form, it is cleaned as a text. */
export const RESPONSE_HEADERS: Readonly<Record<string, Grammar>> = {
  "content-type": MEDIA,
  "content-encoding": CODINGS,
  "content-disposition": form(/^(?:inline|attachment)$/i),
  "content-range": RANGE,
  "cache-control": DIRECTIVES,
  etag: form(/^(?:W\/)?"[\w+/=.:-]{0,24}"$/),
  expires: (value) => HTTP_DATE(value) ?? NUMBER(value),
  "last-modified": HTTP_DATE,
  vary: NAMES,
  allow: VERBS,
  link: () => undefined,
  location: () => undefined,
  "retry-after": (value) => NUMBER(value) ?? HTTP_DATE(value),
  deprecation: WORDS,
  sunset: HTTP_DATE,
  warning: () => undefined,
  "x-total-count": NUMBER,
  "access-control-allow-origin": ORIGIN,
  "access-control-allow-methods": VERBS,
  "access-control-allow-headers": NAMES,
  "access-control-expose-headers": NAMES,
  "access-control-allow-credentials": form(/^(?:true|false)$/i),
  "access-control-max-age": NUMBER,
};

const LIMIT_HEADER = /^(?:x-)?ratelimit(?:-[a-z]{1,20}){0,3}$/;
const CHAIN_HEADER = /^x-(?:stacks|hiro)-[a-z-]{1,40}$/;

/** The form of an answer's header by its name, or undefined for one that is dropped. */
export function responseHeader(name: string): Grammar | undefined {
  if (Object.hasOwn(RESPONSE_HEADERS, name)) return RESPONSE_HEADERS[name];
  if (LIMIT_HEADER.test(name)) return LIMITS;
  return CHAIN_HEADER.test(name) ? WORDS : undefined;
}
