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

/** Header values as one text each. */
export function joinHeaders(headers: Record<string, string | string[] | undefined>): Headers {
  const joined: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === "string" ? value : value.join(", ");
  }
  return joined;
}
