import { cmdCommands, isForCmd } from "./cmd-words.ts";
import { curlRequests } from "./curl-command.ts";
import type { CurlRequest } from "./curl-command.ts";
import type { Imported, Importer } from "./imported.ts";
import { posixCommands } from "./shell-words.ts";
import { originOf, pathOf } from "./url.ts";
import { wholeText } from "./whole-text.ts";

/** What may stand before the program's name: a prompt, an assignment, a word that only wraps it. */
const BEFORE = /^(?:[$>%#]|time|sudo|command|do|then|[A-Za-z_]\w*=.*)$/s;
const PROGRAM = /^(?:.*[\\/])?curl(?:\.exe)?$/i;
/** Lines of a script that ask nothing. */
const NO_COMMAND =
  /^(?:set|echo|printf|sleep|export|cd|exit|done|fi|for|if|while|else|wait|true|\[|source|\.|@echo|rem)$/i;

/** `curl` commands, one or more lines each, as a shell, a script or a browser's "Copy as cURL" has them (bash and cmd). */
export const curl: Importer = {
  name: "curl",
  accepts: (name) => /\.curl$/i.test(name),
  // A script sets variables and prints before it asks.
  looksLike: (start) =>
    /^[^{[<]/.test(start.trimStart()) && /^\s*(?:[$>%] +)?curl(?:\.exe)?\s/im.test(start),
  async *read(path, displayName) {
    const text = await wholeText(path);
    if (text === undefined) {
      yield { bad: { place: displayName, reason: "the file is too long: split it" } };
      return;
    }
    const commands = isForCmd(text) ? cmdCommands(text) : posixCommands(text);
    for (const { words, line, unknown } of commands) {
      const place = `${displayName}:${line}`;
      let first = 0;
      while (BEFORE.test(words[first] ?? "")) first += 1;
      const program = words[first];
      if (program === undefined || NO_COMMAND.test(program)) continue;
      if (!PROGRAM.test(program)) {
        yield { bad: { place, reason: "not a curl command" } };
        continue;
      }
      const rest = words.slice(first + 1);
      const requests = curlRequests(rest);
      // A variable for the node's address costs nothing: it is asked elsewhere anyway.
      const isLost = unknown !== null && !isOnlyInUrl(requests);
      if (isLost) yield { bad: { place, reason: unknown } };
      else if (typeof requests === "string") yield { bad: { place, reason: requests } };
      else for (const request of requests) yield toExchange(request);
    }
  },
};

function isOnlyInUrl(requests: CurlRequest[] | string): boolean {
  if (typeof requests === "string") return false;
  return requests.every(
    ({ url, headers, body }) =>
      /^["']?\$/.test(url) &&
      !headers.some(([, value]) => /[$`]/.test(value)) &&
      !/\$[A-Za-z_{(]|`/.test(body ?? ""),
  );
}

function toExchange({ url, verb, headers, body }: CurlRequest): Imported {
  const address = /^\$[A-Za-z_{]/.test(url)
    ? url.replace(/^\$(?:\{[^}]*\}|\w+)/, "http://unknown")
    : /^[a-z][a-z0-9+.-]*:\/\//i.test(url)
      ? url
      : `http://${url}`;
  const userinfo = /^[a-z]+:\/\/([^/?#@]*)@/i.exec(address)?.[1];
  const isKnown = !address.startsWith("http://unknown");
  if (!/^[A-Z]{1,20}$/.test(verb)) return { bad: { place: "curl", reason: "an odd HTTP verb" } };
  return {
    exchange: {
      at: null,
      durationMs: null,
      name: null,
      customer: null,
      origin: isKnown ? originOf(address) : null,
      transport: "http",
      requestHead: {
        verb,
        path: pathOf(address),
        headers:
          userinfo === undefined
            ? headers
            : [...headers, ["authorization", `Basic ${Buffer.from(userinfo).toString("base64")}`]],
      },
      requestBody: body === null ? null : Buffer.from(body),
      responseHead: null,
      responseBody: null,
      incomplete: false,
    },
  };
}
