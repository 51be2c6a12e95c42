import { access, any, reads } from "./code.ts";
import { fieldCode, fieldOf } from "./fields.ts";
import { fieldWords, listWords, methodCode, methodWords, type Place, type Value } from "./place.ts";
import { wrapOf, type Wrap } from "../../diff/wrap.ts";
import { formOf, literal, literals, typeWords, type Form } from "./values.ts";
import { NOTHING_TO_DO, type Draft, type Template } from "./words.ts";

/** Words for values that differ: their type, form, letters or the value itself; and for lists. */

export const typeChanged: Template = (place) => {
  const { values } = place;
  const [was, is] = [typeWords(values?.old), typeWords(values?.candidate)];
  const wrap = values === null ? null : wrapOf(values.old, values.candidate);
  if (wrap !== null) return wrapped(place, wrap);
  const told = values !== null && was !== is;
  const read = access(place);
  return {
    why: "Typed decoders reject the answer; other code compares or adds it wrongly.",
    sees: told
      ? `${fieldOf(place)} was ${was} and is now ${is}.`
      : `${fieldOf(place)} has another JSON type.`,
    condition: told ? `reads ${fieldCode(place)} as ${was}` : `reads ${fieldCode(place)}`,
    action: told ? `Accept ${was} and ${is} in ${fieldWords(place)}.` : "Accept both types.",
    breaks: told ? [any(`${read} // taken for ${was}`, `is ${is}`)] : [],
    works: told ? acceptBoth(read, values.old, values.candidate) : null,
    search: place.field ?? place.method,
    logs: place.method,
  };
};

/** The value is a member of an object that stands where it stood, or the other way round. */
function wrapped(place: Place, { key, isNew }: Wrap): Draft {
  const read = access(place);
  return {
    why: "The value is still there, but something else is found where it stood.",
    sees: isNew
      ? `${fieldOf(place)} is now inside an object, as its ${key}.`
      : `${fieldOf(place)} is now what its ${key} was, without the object around it.`,
    condition: `reads ${fieldCode(place)}`,
    action: isNew
      ? `Take ${fieldWords(place)} as it was and as ${key} of an object.`
      : `Take ${fieldWords(place)} as an object with ${key} and as that value alone.`,
    breaks: isNew
      ? [any(read, "the object around the value")]
      : [any(access(place, [...place.segments, key]), "undefined")],
    works: `const value = ${read}?.[${JSON.stringify(key)}] ?? ${read};`,
    search: place.field ?? place.method,
    logs: place.method,
  };
}

function isQuantity(value: Value): boolean {
  if (typeof value === "number") return Number.isInteger(value);
  return typeof value === "string" && /^(?:0x[0-9a-f]+|\d+)$/i.test(value);
}

function isHexNumber(value: Value): boolean {
  return typeof value === "string" && /^0x[0-9a-f]+$/i.test(value);
}

/** Code that takes either type, where one line does. */
function acceptBoth(read: string, old: Value, now: Value): string | null {
  const both = [old, now];
  if (both.every(isQuantity)) return `const value = BigInt(${read});`;
  if (both.some(Array.isArray) && both.some((value) => typeof value === "string"))
    return `const items = [${read}].flat();`;
  return null;
}

const FORMS: Readonly<Record<Form, { sees: string; needs: string }>> = {
  "padding-lost": {
    sees: "is written without its leading zeros",
    needs: "needs its leading zeros",
  },
  "padding-new": { sees: "is written with leading zeros", needs: "rejects leading zeros" },
  "prefix-lost": { sees: "is written without 0x", needs: "needs the 0x before it" },
  "prefix-new": { sees: "is written with 0x", needs: "does not expect 0x before it" },
  "to-decimal": { sees: "is written in decimal instead of hex", needs: "reads it as hex" },
  "to-hex": { sees: "is written in hex instead of decimal", needs: "reads it as decimal" },
  other: { sees: "is written in another form", needs: "depends on how it is written" },
};

export const encodingChanged: Template = (place) => {
  const { values } = place;
  const [old, now] = literals(values);
  const form = FORMS[formOf(values?.old, values?.candidate)];
  const example = old === null || now === null ? "" : `: ${old} is now ${now}`;
  return {
    why: "The same to a human; another text to whoever compares it, and an error to parsers that take one form only.",
    sees: `${fieldOf(place)} ${form.sees}${example}.`,
    condition: `compares ${fieldCode(place)} as text, or ${form.needs}`,
    action: `Read ${fieldWords(place)} as a number or as bytes before you compare it.`,
    breaks: old === null ? [] : [any(`${access(place)} === ${old}`, "false")],
    works: place.segments.length === 0 ? null : readBoth(place),
    search: place.field ?? place.method,
    logs: place.method,
  };
};

function readBoth(place: Place): string | null {
  const { values } = place;
  const form = formOf(values?.old, values?.candidate);
  const read = access(place);
  if (form.startsWith("padding") && isHexNumber(values?.old) && isHexNumber(values?.candidate))
    return `const value = BigInt(${read});`;
  if (form === "to-decimal" || form === "to-hex") return `const value = BigInt(${read});`;
  if (form === "prefix-lost" || form === "prefix-new")
    return `const value = ${read}.startsWith("0x") ? ${read} : \`0x\${${read}}\`;`;
  return null;
}

export const letterCaseChanged: Template = (place) => ({
  why: "Texts such as addresses and hashes are compared as they stand and used as keys by many clients.",
  sees: `Letters of ${fieldOf(place)} change between upper and lower case.`,
  condition: `compares ${fieldCode(place)} as text`,
  action: `Compare ${fieldWords(place)} in lower case.`,
  breaks: [any(`${access(place)} === known`, "false where only the letters' case differs")],
  works: `${access(place)}.toLowerCase() === known.toLowerCase()`,
  search: place.field ?? place.method,
  logs: place.method,
});

export const enumValueAdded: Template = (place) => {
  const now = literal(place.values?.candidate);
  return {
    why: "Decoders know a fixed list of types and statuses and reject what is not on it.",
    sees: `${fieldOf(place)} has a value that it did not have before${now === null ? "" : `: ${now}`}.`,
    condition: `decides by ${fieldCode(place)} and has no branch for values it does not know`,
    action: `Have a branch for values of ${fieldWords(place)} that you do not know.`,
    works: `switch (${access(place)}) { /* the values you know */ default: return unknownValue(); }`,
    search: place.field ?? place.method,
    logs: place.method,
  };
};

export const valueChanged: Template = (place) => {
  const [old, now] = literals(place.values);
  const example = old === null || now === null ? "" : `: ${old} is now ${now}`;
  return {
    why: "Same question, another answer: one of the two is wrong, or means something else.",
    sees: `${fieldOf(place)} has another value for the same question${example}.`,
    condition: `uses ${fieldCode(place)}`,
    action: "Wait for our word on which value is right before you change anything.",
    breaks: reads(place, {
      ethers: "another value",
      viem: "another value",
      python: "another value",
    }),
    search: place.field ?? place.method,
    logs: place.method,
  };
};

export const valueDrift: Template = (place) => ({
  why: "The two nodes were asked at slightly different moments, or the value belongs to the node itself. Type, form and range still hold.",
  sees: "Nothing that two calls to one node would not show.",
  condition: null,
  action: NOTHING_TO_DO,
  logs: place.method,
});

export const itemsMissing: Template = (place) =>
  place.wire === "batch" && !place.isInBatch ? answersMissing : missing(place);

const answersMissing: Draft = {
  why: "A call of a batch that gets no answer is waited for, or taken for one that failed.",
  sees: "A batch gets fewer answers than it has calls that were answered before.",
  condition: "counts on an answer to each call of a batch",
  action: "Ask again for the calls of a batch that got no answer.",
  breaks: [any("responses.length", "smaller")],
  works: "const open = requests.filter(({ id }) => !responses.some((one) => one.id === id));",
};

const missing: Template = (place) => ({
  why: "Clients count on a list being complete: what is not in it is not looked for elsewhere.",
  sees: `${listWords(place)} of ${methodWords(place)} has fewer items for the same question.`,
  condition: `needs ${listCode(place)} to be complete`,
  action: "Check the number of items against another source where it matters.",
  breaks: [any(`${listAccess(place)}.length`, "smaller")],
  search: place.field ?? place.method,
  logs: place.method,
});

export const itemsAdded: Template = (place) => ({
  why: "What is counted or summed changes: the list was incomplete before, or is wrong now.",
  sees: `${listWords(place)} of ${methodWords(place)} has more items for the same question.`,
  condition: `counts or sums the items of ${listCode(place)}`,
  action: "Take the items that you know how to handle, and leave out the others.",
  breaks: [any(`${listAccess(place)}.length`, "larger")],
  search: place.field ?? place.method,
  logs: place.method,
});

export const orderChanged: Template = (place) => ({
  why: "Clients take items by position, page through them, or stop at the first one they know.",
  sees: `The items of ${listWords(place)} of ${methodWords(place)} come in another order.`,
  condition: `takes items of ${listCode(place)} by their position`,
  action: "Sort the items by a field that gives the order before you rely on it.",
  breaks: [any(`${listAccess(place)}[0]`, "another item")],
  search: place.field ?? place.method,
  logs: place.method,
});

export const eventMissing: Template = (place) => ({
  why: "Followers of the chain see each event once. What is not delivered is not asked for again.",
  sees: `An event that the old version delivered through ${place.method} does not arrive.`,
  condition: `relies on every event of \`${place.method}\``,
  action: "Ask for what may have been missed from the last block that you have seen.",
  breaks: place.isEvent ? [] : [any(`${listAccess(place)}.length`, "smaller")],
  search: place.method,
  logs: place.method,
});

function listCode(place: Place): string {
  const name = place.field === null ? listWords(place) : `\`${listWords(place)}\``;
  return `${name} of ${methodCode(place)}`;
}

/** The list itself: an item's path without its place in the list. */
function listAccess(place: Place): string {
  const { segments } = place;
  if (place.wire === "batch" && !place.isInBatch) return "responses";
  return access(place, segments.at(-1) === "*" ? segments.slice(0, -1) : segments);
}
