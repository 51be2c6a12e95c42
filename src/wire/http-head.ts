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
}

/** Heads repeat on a connection; a parsed one is given again, as the same object, for the same bytes. */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 4_096;

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
  return withHeaders(match[1] ?? "", originForm(match[2] ?? ""), 0, lines);
}

function parseResponseHead(text: string): HttpHead | undefined {
  const lines = text.split(/\r?\n/);
  const match = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(lines[0] ?? "");
  return match === null ? undefined : withHeaders("", "", Number(match[1]), lines);
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
): HttpHead | undefined {
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
      last[1] = `${last[1]} ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) return undefined;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    headers.push([name, value]);
    switch (name.toLowerCase()) {
      case "content-length":
        contentLength = lengthOf(value, contentLength);
        break;
      case "transfer-encoding":
        transferEncoding = value.toLowerCase();
        break;
      case "connection":
        connection += `,${value.toLowerCase()}`;
        break;
      case "upgrade":
        upgrade = value.toLowerCase();
        break;
      case "content-encoding":
        contentEncoding = value.toLowerCase();
        break;
      default:
    }
  }
  return {
    verb,
    path,
    status,
    headers,
    contentLength,
    chunked: /(?:^|,)\s*chunked\s*$/.test(transferEncoding),
    upgrade: connection.includes("upgrade") ? upgrade : "",
    contentEncoding,
  };
}

function lengthOf(value: string, before: number | undefined): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
  return before === undefined || before === length ? length : NaN;
}
