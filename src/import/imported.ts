import type { Transport, Unreplayable } from "../model/exchange.ts";
import type { RequestHead } from "../redact/credentials.ts";
import type { ResponseHead } from "../redact/redact.ts";

/** An exchange as a source has it, not yet redacted. */
export interface ImportedExchange {
  /** Unix ms, or null where the source has no time. */
  readonly at: number | null;
  readonly durationMs: number | null;
  readonly name: string | null;
  /** Who sent it, in the source's own words, or null. */
  readonly customer: string | null;
  /** Where it was sent, `https://host:port`, where the source knows. */
  readonly origin?: string | null;
  /** The source says that it was asked for as a part of a page. */
  readonly isAsset?: boolean;
  readonly transport: Transport;
  readonly requestHead: RequestHead;
  /** Decoded. */
  readonly requestBody: Buffer | null;
  readonly responseHead: ResponseHead | null;
  readonly responseBody: Buffer | null;
  /** Why it can't be sent again, where the source says so itself. */
  readonly unreplayable?: Unreplayable | null;
  /** The source has only a part of it. */
  readonly incomplete: boolean;
}

/** What could not be read, and where: `calls.jsonl:17`. */
export interface BadEntry {
  readonly place: string;
  readonly reason: string;
}

export type Imported = { readonly exchange: ImportedExchange } | { readonly bad: BadEntry };

/** A file format that can be imported. */
export interface Importer {
  readonly name: string;
  /** It holds whatever a browser asked for, not only traffic to a node. */
  readonly isMixed?: boolean;
  /** Whether the file name (without .gz) looks like it. */
  accepts(fileName: string): boolean;
  /** Whether a file of another name begins like it: its first 64 KB as text, decompressed. */
  looksLike(start: string): boolean;
  /** Reads a file as a stream; never throws for bad content, which comes out as `bad`. */
  read(path: string, displayName: string): AsyncIterable<Imported>;
}

/** An exchange with nothing but a request body: JSON-RPC posted to the root. */
export function bareExchange(body: Buffer): ImportedExchange {
  return {
    at: null,
    durationMs: null,
    name: null,
    customer: null,
    transport: "http",
    requestHead: { verb: "POST", path: "/", headers: [["content-type", "application/json"]] },
    requestBody: body,
    responseHead: null,
    responseBody: null,
    incomplete: false,
  };
}
