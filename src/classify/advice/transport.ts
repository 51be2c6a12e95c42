import { any, calls, rootOf } from "./code.ts";
import { routeOf } from "./answers.ts";
import { callsWords, methodCode, methodWords, type Place } from "./place.ts";
import { literal, shortText } from "./values.ts";
import { NOTHING_TO_DO, type Draft, type Template } from "./words.ts";

/** Words for what is around the answer: status, headers, the envelope, a batch, a body that does not parse, no answer. */

function searchOf(place: Place): string | null {
  if (place.wire === "batch") return null;
  return place.wire === "rest" ? routeOf(place) : place.method;
}

/** "GET /v2/info", "eth_call". */
const m = methodWords;

export const httpStatusChanged: Template = (place) => {
  const [old, now] = [literal(place.values?.old), literal(place.values?.candidate)];
  const told = old !== null && now !== null;
  const [before, after] = [Number(old) >= 400, Number(now) >= 400];
  /** Whether it fails where it worked; null where both are alike. */
  const failing = before === after ? null : after;
  return {
    why: "Libraries, load balancers and retry logic act on the status before they read the body.",
    sees: told
      ? `${m(place)} answered with HTTP status ${old} and now answers with ${now}.`
      : `The HTTP status of ${m(place)} is another one.`,
    condition: told
      ? `expects HTTP status ${old} from ${methodCode(place)}`
      : `looks at the HTTP status of ${methodCode(place)}`,
    action: !told
      ? "Accept both statuses."
      : failing === null
        ? `Accept status ${old} and ${now}.`
        : failing
          ? `Handle status ${now} of ${m(place)}: such a request fails now.`
          : `Do not rely on such a request to ${m(place)} failing: read its answer.`,
    breaks: [
      ...(told ? [any(`reply.status === ${old}`, `false: it is ${now}`)] : []),
      ...(place.wire === "json-rpc" && failing === true
        ? calls(place, {
            ethers: "rejects with SERVER_ERROR",
            viem: "throws HttpRequestError",
            python: "raises HTTPError",
          })
        : []),
    ],
    works: !told
      ? null
      : failing === null
        ? `if ([${old}, ${now}].includes(reply.status)) asBefore();`
        : failing
          ? "if (!reply.ok) return handle(reply.status, await reply.text());"
          : null,
    search: searchOf(place),
    logs: searchOf(place),
  };
};

export const contentTypeChanged: Template = (place) => {
  const [old, now] = [shortText(place.values?.old), shortText(place.values?.candidate)];
  const isJson = /[/+]json\b/.test(now ?? "");
  return {
    why: "Clients and proxies decide by it whether to parse, compress or cache a body.",
    sees:
      old === null
        ? `The content type of ${m(place)} is another one.`
        : `The content type of ${m(place)} was ${old} and is now ${now ?? "not sent"}.`,
    condition: `checks the content type of ${methodCode(place)}`,
    action: isJson
      ? "Accept any JSON type."
      : "Do not require the old type before you read the body.",
    breaks:
      old === null
        ? []
        : [any(`reply.headers.get("content-type") === ${JSON.stringify(old)}`, "false")],
    works: isJson
      ? 'const isJson = /[/+]json\\b/.test(reply.headers.get("content-type") ?? "");'
      : null,
    search: "content-type",
    logs: searchOf(place),
  };
};

/** What a header is for, where it is one that is known. */
function purpose(name: string): string {
  if (name.startsWith("access-control-"))
    return "Browsers act on it: a page of another origin may be refused the answer, without any error in the body.";
  if (name === "retry-after") return "Clients wait as long as it says before they ask again.";
  if (name === "link" || /^x-(?:total|next)/.test(name) || name === "content-range")
    return "Clients page through lists by it.";
  if (name === "cache-control") return "Browsers and proxies keep answers by it.";
  return "Clients may read it.";
}

export const headerChanged: Template = (place) => {
  const name = (place.segments[1] ?? "").replaceAll("`", "'");
  const read = `reply.headers.get(${JSON.stringify(name)})`;
  const [old, now] = [shortText(place.values?.old), shortText(place.values?.candidate)];
  const gone = place.values !== null && place.values.candidate === undefined;
  const browser = name.startsWith("access-control-");
  return {
    why: purpose(name),
    sees: gone
      ? `${m(place)} no longer sends the header ${name}.`
      : old !== null && now !== null
        ? `The header ${name} of ${m(place)} was "${old}" and is now "${now}".`
        : `The header ${name} of ${m(place)} has another value, or is no longer sent.`,
    condition: browser
      ? `${callsWords(place)} from a page in a browser`
      : `reads the header \`${name}\` of ${methodCode(place)}`,
    action: browser
      ? "Try your page against the new version; if it is refused, tell us the origin that it comes from."
      : gone
        ? `Have a default for the header ${name}.`
        : `Do not depend on the old value of the header ${name}.`,
    breaks: browser
      ? []
      : gone
        ? [any(read, "null")]
        : old === null
          ? []
          : [any(`${read} === ${JSON.stringify(old)}`, "false")],
    works: browser ? null : `const value = ${read}; // may be null, or another value`,
    search: name,
    logs: searchOf(place),
  };
};

export const headerAdded: Template = (place) => ({
  why: "New headers are ignored by clients that do not know them.",
  sees: `${m(place)} now sends the header ${place.segments[1] ?? ""}.`,
  condition: null,
  action: NOTHING_TO_DO,
  logs: searchOf(place),
});

export const malformedResponse: Template = (place) =>
  place.wire === "json-rpc" && place.values !== null && place.values.candidate === undefined
    ? missingAnswer(place)
    : unreadable(place);

/** Other calls of the batch have theirs. */
const missingAnswer = (place: Place): Draft => ({
  why: "A call of a batch that gets no answer is waited for, or taken for one that failed.",
  sees: `${m(place)} gets no answer in a batch where it got one.`,
  condition: `calls ${methodCode(place)} in a batch and counts on an answer to each call`,
  action: "Ask again for the calls of a batch that got no answer.",
  works: "const open = requests.filter(({ id }) => !responses.some((one) => one.id === id));",
  search: searchOf(place),
  logs: searchOf(place),
});

const unreadable = (place: Place): Draft => ({
  why:
    place.wire === "rest"
      ? "The body is not what it says it is: cut off, or a page of something in between."
      : "The body is not what the protocol allows: cut off, a page of something in between, or neither result nor error.",
  sees: "Clients fail while they read the body, before any of their own code runs.",
  condition: callsWords(place),
  action: "Treat a body that can't be read like an outage: ask again elsewhere.",
  breaks: [
    any("JSON.parse(body)", "throws, or gives something that is no answer"),
    ...calls(place, {
      ethers: "rejects",
      viem: "throws",
      python: "raises an error, or gives a response without a result",
    }),
  ],
  works: "try { return JSON.parse(body); } catch { return askElsewhere(); }",
  search: searchOf(place),
  logs: searchOf(place),
});

export const envelopeChanged: Template = (place) => {
  const member = (place.segments[0] ?? "").replaceAll("`", "'");
  const gone = place.values !== null && place.values.candidate === undefined;
  const fresh = place.values !== null && place.values.old === undefined;
  const root = rootOf(place);
  const what = gone
    ? `no longer has the member ${member}`
    : fresh
      ? `now has the member ${member}`
      : `has another ${member}`;
  if (member === "id" && !fresh)
    return {
      why: "Clients find the request of an answer by its id. An id of another type, or none, orphans the answer.",
      sees: `The response of ${m(place)} ${what}, so that answers are not matched to their requests.`,
      condition: "matches answers to requests by their id",
      action: gone
        ? "Where an answer has no id, match it by the request that it came to."
        : "Compare ids as text.",
      breaks: [any(`pending.get(${root}.id)`, "undefined")],
      works: gone ? null : `pending.get(String(${root}.id))`,
      search: "id",
      logs: searchOf(place),
    };
  return {
    why: `Some clients look at ${member} before they read the answer.`,
    sees: `The response of ${m(place)} ${what} beside its answer.`,
    condition: `looks at \`${member}\` in responses of ${methodCode(place)}`,
    action: `Do not depend on ${member} being there.`,
    breaks:
      gone || fresh ? [any(`${JSON.stringify(member)} in ${root}`, gone ? "false" : "true")] : [],
    works: null,
    search: member === "" ? null : member,
    logs: searchOf(place),
  };
};

export const batchOrderChanged: Template = () => ({
  why: "The specification allows any order, but many clients take the answers by position.",
  sees: "Answers of a batch come in another order, and may be taken for those of other calls.",
  condition: "takes the answers of a batch by their position",
  action: "Match the answers of a batch by their id.",
  breaks: [any("const [first, second] = responses;", "the two are swapped")],
  works: "const byId = new Map(responses.map((response) => [response.id, response]));",
});

export const noAnswer: Template = (place) => ({
  why: "The connection closed or timed out. Clients see an outage for this request.",
  sees: `${m(place)} gave no answer where it did before: the request hangs or the connection drops.`,
  condition: place.wire === "batch" ? callsWords(place) : `${callsWords(place)} as shown`,
  action: "Wait for our word: we look into it. Meanwhile set a time limit of your own.",
  breaks: calls(place, { ethers: "rejects", viem: "throws", python: "raises" }),
  search: searchOf(place),
  logs: searchOf(place),
});

export const chainSplit: Template = () => ({
  why: "Two versions that disagree on a block that is final follow different rules. Whoever rolls out the candidate serves another chain.",
  sees: "Blocks of the new version belong to another chain.",
  condition: "uses the new version at all",
  action: "Nothing on your side helps: wait for our word before you use the new version.",
});

export const slower: Template = (place) => ({
  why: "A percentile of the first asks rose past the limit.",
  sees: `${m(place)} takes longer to answer; a time limit of yours may end it.`,
  condition: `has a time limit for ${methodCode(place)}`,
  action: `Raise the time limit for ${m(place)}, or ask for less at once.`,
  search: searchOf(place),
  logs: searchOf(place),
});

export const larger: Template = (place) => ({
  why: "More bytes for the same question: limits on body size, memory and the cost of traffic are affected.",
  sees: `Answers of ${m(place)} are larger than before.`,
  condition: `limits the size of answers of ${methodCode(place)}`,
  action: "Raise the limit, or ask for less at once.",
  search: searchOf(place),
  logs: searchOf(place),
});
