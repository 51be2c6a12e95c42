import { access, any, calls } from "./code.ts";
import { methodCode, methodWords, type Place } from "./place.ts";
import { literal, messageText, phraseOf } from "./values.ts";
import type { Template } from "./words.ts";

/** Words for errors that stay errors: their code, message and data. */

/** The error is the whole answer, so libraries throw it; inside a result it is read. */
function isThrown({ segments, wire }: Place): boolean {
  return wire === "json-rpc" && segments[0] === "error" && segments.length <= 2;
}

/** "an error of eth_call", or "an error in the result of eth_call". */
function errorPlace(place: Place, marked = false): string {
  const m = marked ? methodCode(place) : methodWords(place);
  return place.segments[0] === "result" ? `errors in results of ${m}` : `errors of ${m}`;
}

export const errorCodeChanged: Template = (place) => {
  const old = literal(place.values?.old);
  const now = literal(place.values?.candidate);
  const where = errorPlace(place);
  const base = {
    why: "Libraries and customers decide by the code what to do: retry, give up, show a text.",
    sees:
      old === null || now === null
        ? `The code of ${where} is another one.`
        : `The code of ${where} was ${old} and is now ${now}.`,
    condition:
      old === null
        ? `compares the code of ${errorPlace(place, true)}`
        : `compares the code of ${errorPlace(place, true)} with \`${old}\``,
    search: old,
    logs: place.method,
  };
  if (old === null || now === null)
    return { ...base, action: "Accept both codes.", search: place.method, logs: place.method };
  const read = access(place);
  return {
    ...base,
    action: `Accept ${old} and ${now}.`,
    breaks:
      isThrown(place) && place.isEthereum
        ? codeBreaks(place, old, now)
        : [any(`${read} === ${old}`, `false: the code is ${now}`)],
    works: `if ([${old}, ${now}].includes(${read})) asBefore();`,
  };
};

function codeBreaks({ method }: Place, old: string, now: string) {
  // ethers keeps the node's error of a call or an estimate one level deeper, and of a transaction it knows the words of.
  const ethers = /^eth_(?:call|estimateGas)$/.test(method)
    ? `error.info?.error?.code === ${old}`
    : method.startsWith("eth_send")
      ? `(error.info?.error ?? error.error)?.code === ${old}`
      : `error.error?.code === ${old}`;
  return [
    { library: "ethers", code: ethers, result: `false: the code is ${now}` },
    {
      library: "viem",
      code: `error.walk((e) => e.code === ${old})`,
      result: `null: the code is ${now}`,
    },
    {
      library: "web3.py",
      code: `error.rpc_response["error"]["code"] == ${old}`,
      result: `False: the code is ${now}`,
    },
  ];
}

export const errorMessageChanged: Template = (place) => {
  const whole = messageText(place.values?.old);
  const now = messageText(place.values?.candidate);
  const where = errorPlace(place);
  const read = access(place);
  const phrase = whole === null ? null : phraseOf(whole);
  // Where the words that one looks for are still there, it is the rest that counts.
  const old = phrase !== null && now?.includes(phrase) === true ? whole : phrase;
  const quoted = JSON.stringify(old);
  const base = {
    why: "Clients look for phrases in messages, because codes say too little. A message that loses its phrase is another error to them.",
    sees:
      whole === null || now === null
        ? `The text of ${where} is another one.`
        : `The text of ${where} was ${JSON.stringify(whole)} and is now ${JSON.stringify(now)}.`,
    action: "Decide by the code where you can, and accept both texts where you can't.",
  };
  // An empty text is in every text: there is nothing to look for.
  if (old === null || now === null || old === "")
    return {
      ...base,
      condition: `looks for words in the text of ${errorPlace(place, true)}`,
      search: place.method,
      logs: place.method,
    };
  // A phrase that other errors have too (what stands before a reason) would take them all for this one.
  const short = phraseOf(now);
  const other = now.includes(old) || whole?.startsWith(short) === true ? now : short;
  return {
    ...base,
    condition: `looks for "${old}" in the text of ${errorPlace(place, true)}`,
    breaks: [
      any(
        isThrown(place) ? `error.message.includes(${quoted})` : `${read}.includes(${quoted})`,
        now.includes(old) ? "still true, but equality is not" : "false: the words are others",
      ),
    ],
    works:
      now === ""
        ? `${read} === "" || ${read}.includes(${quoted})`
        : `[${quoted}, ${JSON.stringify(other)}].some((text) => ${read}.includes(text))`,
    search: old,
    logs: old,
  };
};

export const errorDataLost: Template = (place) => ({
  why: "The data of an error holds what exactly failed. Without it the reason can't be told.",
  sees: `The data of ${errorPlace(place)} is no longer there.`,
  condition: `reads the data of ${errorPlace(place, true)}`,
  action: "Have a text for errors without data.",
  breaks: dataBreaks(place, "is not there"),
  works: `const data = ${access(place)} ?? null;`,
  search: place.method,
  logs: place.method,
});

export const errorDataChanged: Template = (place) => ({
  why: "The data of an error is decoded like a value: other bytes are another reason, another form does not decode.",
  sees: `The data of ${errorPlace(place)} is another one, or is written in another form.`,
  condition: `decodes the data of ${errorPlace(place, true)}`,
  action: "Decode it only where it has the form that you expect.",
  breaks: dataBreaks(place, "is another one"),
  works: null,
  search: place.method,
  logs: place.method,
});

export const errorDataAdded: Template = (place) => ({
  why: "More is said than before. Clients that decode it learn more; others ignore it.",
  sees: `There is data in ${errorPlace(place)} where there was none.`,
  condition: null,
  action: "Nothing to do.",
  logs: place.method,
});

function dataBreaks(place: Place, what: string) {
  if (!isThrown(place)) return [any(access(place), what)];
  return calls(place, {
    ethers: `rejects; the error's data ${what}`,
    viem: `throws; the error's data ${what}`,
    python: `gives a response whose error's data ${what}`,
  });
}
