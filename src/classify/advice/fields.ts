import { access, any, holder, reads } from "./code.ts";
import {
  fieldMarked,
  fieldWords,
  methodCode,
  methodWords,
  type Place,
  type Value,
} from "./place.ts";
import { literal, onlyKey, typeWords } from "./values.ts";
import { NOTHING_TO_DO, type Template } from "./words.ts";

/** Words for fields that come, go, are renamed, or are null. */

/** "totalDifficulty of eth_getBlockByNumber". */
export function fieldOf(place: Place): string {
  return `${fieldWords(place)} of ${methodWords(place)}`;
}

/** The same as a phrase with code marks. */
export function fieldCode(place: Place): string {
  return `${fieldMarked(place)} of ${methodCode(place)}`;
}

/** "the answer of eth_call", "events of eth_subscribe". */
function answerOf(place: Place): string {
  return place.isEvent ? methodWords(place) : `the answer of ${methodWords(place)}`;
}

export const fieldRemoved: Template = (place) => {
  const { object, key } = holder(place);
  return {
    why: "Code that reads it gets nothing; typed decoders that require it reject the whole answer.",
    sees: `${fieldWords(place)} is no longer in ${answerOf(place)}.`,
    condition: `reads ${fieldCode(place)}`,
    action: `Read ${fieldWords(place)} only where it is there.`,
    breaks: readsOr(place, { js: "undefined", python: "KeyError" }),
    works: `const value = ${object}[${key}] ?? null; // null where it is not sent`.replace(
      `${object}[${key}]`,
      access(place),
    ),
    search: place.field,
    logs: place.method,
  };
};

function readsOr(place: Place, { js, python }: { js: string; python?: string }) {
  const lines = reads(place, { ethers: js, viem: js, ...(python === undefined ? {} : { python }) });
  return lines.length > 0 ? lines : [any(access(place), js)];
}

export const fieldRenamed: Template = (place) => {
  const from = onlyKey(place.values?.old) ?? place.field;
  const to = onlyKey(place.values?.candidate);
  const parent = place.segments.slice(0, -1);
  const at = (name: string): string => access(place, [...parent, name]);
  return {
    why: "Whoever reads the old name finds nothing. The value is still there, under another name.",
    sees:
      to === null
        ? `${fieldWords(place)} has another name in ${answerOf(place)}.`
        : `${from} is called ${to} in ${answerOf(place)}.`,
    condition: `reads ${fieldCode(place)}`,
    action: to === null ? "Read both names." : `Read ${from} and ${to}, whichever is there.`,
    breaks:
      from === null
        ? []
        : readsOr(
            { ...place, segments: [...parent, from] },
            { js: "undefined", python: "KeyError" },
          ),
    works: to === null || from === null ? null : `const value = ${at(from)} ?? ${at(to)};`,
    search: from,
    logs: place.method,
  };
};

export const fieldAdded: Template = (place) => ({
  why: "Clients that read what they know ignore it. Decoders that reject what they do not know fail.",
  sees: `${fieldWords(place)} is new in ${answerOf(place)}.`,
  condition: `decodes ${place.isEvent ? "" : "answers of "}${methodCode(place)} with a decoder that rejects fields it does not know`,
  action: "Let your decoder ignore fields that it does not know.",
  search: null,
  logs: place.method,
});

export const valueToNull: Template = (place) => ({
  why: "Clients that require the value reject the answer; others read null as pending or missing.",
  sees: `${fieldOf(place)} had a value and is now null.`,
  condition: `uses ${fieldCode(place)} without a test for \`null\``,
  action: `Handle null in ${fieldWords(place)}.`,
  breaks: readsOr(place, { js: "null", python: "None" }),
  works: `if (${access(place)} === null) return withoutIt();`,
  search: place.field,
  logs: place.method,
});

export const nullToValue: Template = (place) => {
  const now = literal(place.values?.candidate);
  return {
    why: "Null often means something. A value there changes what the client concludes.",
    sees: `${fieldOf(place)} was null and is now ${now ?? "a value"}.`,
    condition: `tests ${fieldCode(place)} for \`null\``,
    action: `Do not conclude anything from ${fieldWords(place)} being null.`,
    breaks: [any(`${access(place)} === null`, "false")],
    search: place.field,
    logs: place.method,
  };
};

export const nullVsAbsent: Template = (place) => {
  const { object, key } = holder(place);
  const gone = place.values === null ? null : place.values.candidate === undefined;
  const f = fieldWords(place);
  return {
    why: "Strict decoders tell the two apart: a key that must be there, or one that must not be null.",
    sees:
      gone === null
        ? `${fieldOf(place)} is null on one version and not there on the other.`
        : gone
          ? `${fieldOf(place)} was null and is now left out.`
          : `${fieldOf(place)} was not there and is now null.`,
    condition: `tells a \`null\` in ${fieldCode(place)} from its absence`,
    action: `Treat ${f} alike whether it is null or not there.`,
    breaks:
      gone === null
        ? []
        : [
            // The whole answer is held by nothing.
            ...(place.segments.length === 0
              ? []
              : [any(`${key} in ${object}`, gone ? "false" : "true")]),
            any(`${access(place)} === null`, gone ? "false" : "true"),
          ],
    works: `if (${access(place)} == null) return withoutIt(); // null or not there`,
    search: place.field,
    logs: place.method,
  };
};

export const emptyVsNull: Template = (place) => {
  const old = place.values?.old;
  const now = place.values?.candidate;
  const isNull = now === null;
  const list = Array.isArray(isNull ? old : now);
  return {
    why: "Code that takes an empty value fails on null, and the other way round.",
    sees:
      place.values === null
        ? `${fieldOf(place)} is empty on one version and null on the other.`
        : `${fieldOf(place)} was ${emptyWords(old)} and is now ${emptyWords(now)}.`,
    condition: `uses ${fieldCode(place)} without a test for ${isNull || place.values === null ? "`null`" : "emptiness"}`,
    action: `Take null and empty alike in ${fieldWords(place)}.`,
    breaks:
      isNull && list
        ? [any(`for (const item of ${access(place)}) use(item);`, "fails: null can't be iterated")]
        : isNull
          ? [any(`${access(place)}.length`, "fails: null has no length")]
          : [any(`${access(place)} === null`, place.values === null ? "may be either" : "false")],
    works: list ? `for (const item of ${access(place)} ?? []) use(item);` : null,
    search: place.field,
    logs: place.method,
  };
};

/** `""`, "null", "an empty list". */
function emptyWords(value: Value): string {
  return literal(value) ?? typeWords(value).replace(/^an? /, "an empty ");
}

export const nothing: Template = (place) => ({
  why: "The values are the same for every JSON parser. Only whoever compares or hashes raw bytes can tell.",
  sees: "Nothing, unless raw bodies are compared.",
  condition: null,
  action: NOTHING_TO_DO,
  logs: place.method,
});
