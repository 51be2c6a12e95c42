import type { Headers } from "../../model/exchange.ts";

/** What came back from one sending, before anything is known of its protocol. A failure is a value. */
export interface Answer {
  readonly status: number | null;
  readonly headers: Headers;
  /** Decoded body; null when none came. */
  readonly body: Buffer | null;
  /** From sending to the last byte. */
  readonly ms: number;
  readonly failure: Failure | null;
}

export interface Failure {
  readonly kind: "timeout" | "unreachable" | "malformed";
  readonly detail: string;
}

/** Header values as one text each. Most answers repeat no header: theirs are taken as they are. */
export function joinHeaders(headers: Record<string, string | string[] | undefined>): Headers {
  return isJoined(headers) ? headers : joined(headers);
}

function isJoined(headers: Record<string, string | string[] | undefined>): headers is Headers {
  for (const name in headers) if (typeof headers[name] !== "string") return false;
  return true;
}

function joined(headers: Record<string, string | string[] | undefined>): Headers {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) texts[name] = typeof value === "string" ? value : value.join(", ");
  }
  return texts;
}
