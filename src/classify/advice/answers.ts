import { any, calls, rootOf } from "./code.ts";
import { errorOf } from "./error-of.ts";
import { callsWords, methodCode, methodWords, type Place, type Value } from "./place.ts";
import { messageText, phraseOf } from "./values.ts";
import { NOTHING_TO_DO, type Draft, type Template } from "./words.ts";

/** Words for answers that change as a whole: a result, null or an error in the place of another. */

/** "the error nonce too low", "error -32000", or "an error". */
function errorWords(value: Value): string {
  const error = errorOf(value);
  const message = messageText(error?.message ?? undefined);
  if (message !== null) return `the error "${message}"`;
  return error === null || error.code === null ? "an error" : `error ${error.code}`;
}

/** An error inside a result (a simulated call, a trace) is read, never thrown. */
function isInner({ segments }: Place): boolean {
  return segments.length > 0;
}

function logsOf({ method }: Place, value: Value): string {
  const message = messageText(errorOf(value)?.message ?? undefined);
  return message === null ? method : phraseOf(message);
}

export const methodRemoved: Template = (place) => {
  const error = errorOf(place.values?.candidate);
  const code = error?.code ?? null;
  const m = methodWords(place);
  const isNamed = /the method .* does not exist/i.test(error?.message ?? "");
  return {
    why: "Every call of it now fails. Nothing but a change of the client's code helps.",
    sees: `${m} is no longer served: it answers with ${code === null ? "an error" : `error ${code}`}.`,
    condition: callsWords(place),
    action: `Stop calling ${m}, or go on without its answer where it fails.`,
    breaks: [
      ...calls(place, {
        ethers: isNamed ? "rejects with UNSUPPORTED_OPERATION" : "rejects",
        viem: code === -32601 ? "throws MethodNotFoundRpcError" : "throws",
        python:
          code === null ? "gives a response with an error" : `gives a response with error ${code}`,
      }),
      ...(place.isEthereum
        ? []
        : [any(`${rootOf(place)}.result`, "there is none: the response has an error")]),
    ],
    works:
      code === null
        ? `if (${rootOf(place)}.error) return withoutIt();`
        : `if (${rootOf(place)}.error?.code === ${code}) return withoutIt();`,
    search: place.method,
    logs: place.method,
  };
};

export const methodAdded: Template = (place) => ({
  why: "It did not exist before, so nobody can depend on its absence but for tests of what a node can do.",
  sees: `${methodWords(place)} was refused as unknown and is now served.`,
  condition: null,
  action: NOTHING_TO_DO,
  logs: place.method,
});

export const resultToError: Template = (place) => {
  const { values } = place;
  const error = errorWords(values?.candidate);
  const m = methodWords(place);
  const root = rootOf(place);
  if (isInner(place))
    return {
      why: "A part of the answer that succeeded now fails. Code that reads its values finds an error beside or instead of them.",
      sees: `A part of the answer of ${m} that succeeded now holds ${error}.`,
      condition: `reads parts of the answer of ${methodCode(place)} without looking for an error in them`,
      action: "Look for an error in each part before you use it.",
      breaks: [],
      works: null,
      search: place.method,
      logs: place.method,
    };
  return {
    why: "Where code went on with a value it now meets an error.",
    sees:
      place.wire === "batch"
        ? `${m} like the one shown worked and is now answered with ${error}.`
        : `Such a call of ${m} worked and is now answered with ${error}.`,
    condition:
      place.wire === "batch"
        ? `${callsWords(place)} and expects it to work`
        : `makes calls of ${methodCode(place)} like the one shown and expects a result`,
    action: `Handle an error of ${place.wire === "batch" ? `such ${m}` : m}${place.wire === "batch" ? "" : " for such requests"}.`,
    breaks: calls(place, {
      ethers: "rejects where it gave a value",
      viem: "throws where it gave a value",
      python: "gives a response with an error",
    }),
    works:
      place.wire === "batch" && !place.isInBatch
        ? `if (${root}.error) handle(${root}.error);`
        : `if (${root}.error) handle(${root}.error); else use(${root}.result);`,
    search: place.method,
    logs: place.method,
  };
};

export const restToError: Template = (place) => {
  if (isInner(place)) return resultToError(place);
  return restFailure(place);
};

const restFailure = (place: Place): Draft => ({
  why: "Where code went on with a value it now meets a failure.",
  sees: `Such a request to ${place.method} worked and now fails.`,
  condition: `makes requests to \`${place.method}\` like the one shown and expects them to work`,
  action: "Handle the failure.",
  breaks: [],
  works: "if (!reply.ok) return handle(reply.status, await reply.text());",
  search: routeOf(place),
  logs: routeOf(place),
});

export const nullToError: Template = (place) => {
  const m = methodWords(place);
  const error = errorWords(place.values?.candidate);
  return {
    why: "Clients poll until null becomes a value. An error ends such a loop.",
    sees: `Where ${m} gave null it now answers with ${error}.`,
    condition: `takes \`null\` from ${methodCode(place)} for "not there (yet)"`,
    action: `Treat this error of ${m} like null.`,
    breaks: calls(place, {
      ethers: "rejects where it gave null",
      viem: "throws where it gave null",
      python: 'gives a response with an error where "result" was None',
    }),
    works: `const value = ${rootOf(place)}.error ? null : ${rootOf(place)}.result;`,
    search: place.method,
    logs: place.method,
  };
};

export const resultToNull: Template = (place) => {
  const m = methodWords(place);
  return {
    why: "What existed is said not to exist. Code that reads parts of it fails; code that polls waits for ever.",
    sees: `Where ${m} gave a result it now gives null.`,
    condition: `uses the result of ${methodCode(place)} without a test for \`null\``,
    action: "Handle null.",
    breaks: calls(place, {
      ethers: "null",
      viem: "null",
      python: 'a response whose "result" is None',
    }),
    works: `if (${place.wire === "rest" ? "body" : `${rootOf(place)}.result`} === null) return notFound();`,
    search: place.method,
    logs: place.method,
  };
};

export const errorToResult: Template = (place) => {
  const m = methodWords(place);
  const error = errorWords(place.values?.old);
  if (isInner(place))
    return {
      why: "A part of the answer that failed is now told as one that succeeded.",
      sees: `A part of the answer of ${m} that held ${error} now holds none.`,
      condition: `looks for an error in parts of the answer of ${methodCode(place)}`,
      action: "Check the values as well as whether there is an error.",
      breaks: [],
      works: null,
      search: place.method,
      logs: logsOf(place, place.values?.old),
    };
  if (place.wire === "batch" && !place.isInBatch)
    return {
      why: "Batches that were refused are now answered. Code that relied on the refusal goes on with the answers.",
      sees: `A batch that was refused with ${error} is now answered.`,
      condition: "relies on such a batch being refused",
      action: "Read the answers of such a batch, and look for an error in each.",
      works: "if (Array.isArray(responses)) return responses.map(readOne);",
      logs: logsOf(place, place.values?.old),
    };
  return {
    why: "Code that relied on the refusal now goes on with a value.",
    sees: `Where ${m} answered with ${error} it now gives a result.`,
    condition: `relies on ${methodCode(place)} refusing such a request`,
    action: "Check the value as well as whether the call failed.",
    breaks: calls(place, {
      ethers: "gives a value where it rejected",
      viem: "gives a value where it threw",
      python: 'gives a response with "result" where it had an error',
    }),
    works: `if (${rootOf(place)}.error || !isExpected(${rootOf(place)}.result)) return refused();`,
    search: place.method,
    logs: logsOf(place, place.values?.old),
  };
};

export const restToResult: Template = (place) => {
  if (isInner(place)) return errorToResult(place);
  return restSuccess(place);
};

const restSuccess = (place: Place): Draft => ({
  why: "Code that relied on the refusal now goes on with a value.",
  sees: `Such a request to ${place.method} failed and now works.`,
  condition: `relies on \`${place.method}\` refusing such a request`,
  action: "Check the value as well as whether the request failed.",
  search: routeOf(place),
  logs: routeOf(place),
});

export const nullToResult: Template = (place) => ({
  why: 'What was not found is found now. Code that took null for "does not exist" takes another branch.',
  sees: `Where ${methodWords(place)} gave null it now gives a result.`,
  condition: null,
  action: "Nothing to do where null and a value are both handled.",
  logs: place.method,
});

export const limitChanged: Template = (place) => {
  if (place.wire === "rest") return restLimit(place);
  const m = methodWords(place);
  const was = errorOf(place.values?.old);
  const error = errorWords(place.values?.candidate);
  const sees =
    was === null
      ? `A request to ${m} that was answered is now refused with ${error}.`
      : `A request to ${m} that was refused with ${errorWords(place.values?.old)} is now refused with ${error}.`;
  if (place.wire === "batch")
    return {
      why: "Batches of a size that worked are now refused, or are refused at another size.",
      sees:
        was === null
          ? `A batch that was answered is now refused with ${error}.`
          : `A batch that was refused with ${errorWords(place.values?.old)} is now refused with ${error}.`,
      condition: "sends batches as large as the one shown",
      action: "Send smaller batches.",
      breaks: [any("responses.map(({ id }) => id)", "fails: one response with an error, no list")],
      works: "if (!Array.isArray(responses)) return sendInHalves(requests);",
    };
  return {
    why: "Requests of a size that worked are now refused, or are refused at another size. Clients that split their requests look for the words of a limit.",
    sees,
    condition:
      was === null
        ? `makes requests to ${methodCode(place)} as large as the one shown`
        : `makes requests to ${methodCode(place)} as large as the one shown, or looks for the words of the old limit`,
    action: "Ask for less at once, and for half of it where a limit is named.",
    breaks: calls(place, {
      ethers: was === null ? "rejects where it gave a value" : "rejects with another text",
      viem: was === null ? "throws where it gave a value" : "throws with another text",
      python:
        was === null ? "gives a response with an error" : "gives a response with another error",
    }),
    works:
      'if (/limit|range|too (?:large|many)|more than|exceed/i.test(response.error?.message ?? "")) return askForHalf();',
    search: place.method,
    logs: place.method,
  };
};

function restLimit(place: Place): Draft {
  return {
    why: "Requests of a size that worked are now refused, or are refused at another size.",
    sees: `A request to ${place.method} of a size that worked is now refused, or the other way round.`,
    condition: `makes requests to \`${place.method}\` as large as the one shown`,
    action: "Ask for smaller pages.",
    works: "if (!reply.ok) return askForSmallerPage(await reply.text());",
    search: routeOf(place),
    logs: routeOf(place),
  };
}

/** `/extended/v1/tx` of `GET /extended/v1/tx/{tx_id}`: what stands in source code and in logs. */
export function routeOf({ method }: Place): string {
  return (method.split(" ")[1] ?? method).replace(/\/?\{.*$/, "") || method;
}
