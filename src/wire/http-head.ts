/** The first line and the headers of an HTTP/1 message, as they came. */
export interface HttpHead {
  /** Requests: verb and target. Answers: "" and "". */
  readonly verb: string;
  readonly path: string;
  /** 0 for requests. */
  readonly status: number;
  /** Names in their own case, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Undefined without a Content-Length; NaN where it is no number or contradicts itself. */
  readonly contentLength: number | undefined;
  readonly chunked: boolean;
  /** Value of Upgrade in lower case where Connection announces it, else "". */
  readonly upgrade: string;
  readonly contentEncoding: string;
  /** Whether nothing is to come behind it on its connection. */
  readonly closes: boolean;
  /**
   * What one parser may read in another way than the next: `framing`, where the message ends; `form`, anything else that one
   * takes and another refuses (a bare LF, a folded line, a verb of its own). Null for what all read alike.
   */
  readonly doubt: "framing" | "form" | null;
}

/** Heads repeat on a connection; a parsed one is given again, as the same object, for the same bytes. */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 2_048;
/** Verbs that every parser knows. */
const COMMON_VERB = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH)$/;
const PLAIN_TARGET = /^(?:\*$|(?:https?:\/\/(?:[\w.:%-]+@)?[\w.-]+(?::\d{1,5})?)?\/[!-~]*$)/i;
const ODD_ESCAPE = /%(?![0-9a-f]{2})/i;
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
/** All but a tab. */
const CONTROL = /(?!\t)\p{Cc}/u;
/** Latin-1's own control characters are bytes of UTF-8, which every parser takes. */
const isControl = (text: string): boolean => CONTROL.test(text.replaceAll(/[\u0080-\u009f]/g, ""));
/** A line that does not end in CRLF, or a CR within one. */
const ODD_LINE_END = /(?<!\r)\n|\r(?!\n)/;

export type HeadParser = (text: string) => HttpHead | undefined;

/** A parser for one side. Undefined where the text is no HTTP/1 head. */
export function headParser(side: "request" | "response"): HeadParser {
  const known = new Map<string, HttpHead>();
  const parse = side === "request" ? parseRequestHead : parseResponseHead;
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const head = parse(text);
    if (head !== undefined && text.length <= LONGEST_REMEMBERED) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(text, head);
    }
    return head;
  };
}

function parseRequestHead(text: string): HttpHead | undefined {
  const lines = text.split(/\r?\n/);
  const match = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/1\.[01]$/.exec(lines[0] ?? "");
  if (match === null) return undefined;
  const [, verb = "", target = ""] = match;
  const isPlain =
    COMMON_VERB.test(verb) &&
    PLAIN_TARGET.test(target) &&
    !ODD_ESCAPE.test(target.split("?", 1)[0] ?? "") &&
    !ODD_LINE_END.test(text);
  return withHeaders(verb, originForm(target), 0, lines, isPlain);
}

function parseResponseHead(text: string): HttpHead | undefined {
  const lines = text.split(/\r?\n/);
  const match = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(lines[0] ?? "");
  if (match === null) return undefined;
  return withHeaders("", "", Number(match[1]), lines, !ODD_LINE_END.test(text));
}

/** `http://user:password@host/path` → `/path`: what a client of a forward proxy sends. */
function originForm(target: string): string {
  return target.replace(/^https?:\/\/[^/?]*/i, "") || "/";
}

function withHeaders(
  verb: string,
  path: string,
  status: number,
  lines: readonly string[],
  isPlain: boolean,
): HttpHead | undefined {
  let isOdd = !isPlain || isControl(lines[0] ?? "");
  let lengths = 0;
  let encodings = 0;
  let hosts = 0;
  const headers: [string, string][] = [];
  let contentLength: number | undefined;
  let transferEncoding = "";
  let connection = "";
  let upgrade = "";
  let contentEncoding = "";
  for (const line of lines.slice(1)) {
    if (line === "") continue;
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      // Obsolete line folding: still legal to receive.
      isOdd = true;
      last[1] = `${last[1]} ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) return undefined;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    headers.push([name, value]);
    if (!TOKEN.test(name) || isControl(value)) isOdd = true;
    switch (name.toLowerCase()) {
      case "content-length":
        lengths += 1;
        contentLength = lengthOf(value, contentLength);
        break;
      case "transfer-encoding":
        encodings += 1;
        // White space behind it is an encoding of its own to some.
        transferEncoding = line
          .slice(colon + 1)
          .trimStart()
          .toLowerCase();
        break;
      case "connection":
        connection += `,${value.toLowerCase()}`;
        break;
      case "upgrade":
        upgrade = value.toLowerCase();
        break;
      case "host":
        hosts += 1;
        break;
      case "content-encoding":
        contentEncoding = value.toLowerCase();
        break;
      default:
    }
  }
  const isOldHttp = /HTTP\/1\.0/.test(lines[0] ?? "");
  // RFC 9112, 6.3: a length said twice or beside an encoding, and any encoding that is not just "chunked".
  const isAmbiguous =
    lengths > 1 ||
    Number.isNaN(contentLength) ||
    (encodings > 0 &&
      (encodings > 1 || lengths > 0 || transferEncoding !== "chunked" || isOldHttp)) ||
    // Read by some as one of the two.
    headers.some(([name]) => /^(?:content-length|transfer-encoding)[^\w-]/i.test(name));
  return {
    verb,
    path,
    status,
    headers,
    contentLength,
    chunked: /(?:^|,)\s*chunked\s*$/.test(transferEncoding),
    upgrade: connection.includes("upgrade") ? upgrade : "",
    contentEncoding,
    closes: isOldHttp
      ? !/(?:^|,)\s*keep-alive\s*(?:,|$)/.test(connection)
      : /(?:^|,)\s*close\s*(?:,|$)/.test(connection),
    doubt: isAmbiguous ? "framing" : isOdd || hosts > 1 ? "form" : null,
  };
}

function lengthOf(value: string, before: number | undefined): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
  return before === undefined || before === length ? length : NaN;
}
