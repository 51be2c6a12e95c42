/** What pairs a message with its counterpart. */
export interface MessageIdentity {
  /** JSON text of its id (of a batch: of its first call with one), or null without one. */
  readonly key: string | null;
  /** False for what a server sends of its own accord. */
  readonly isAnswer: boolean;
}

const NONE: MessageIdentity = { key: null, isAnswer: false };
/** An answer names its id before its result in every known client; then a large result need not be parsed. */
const EARLY_ID =
  /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15}|"[^"\\]{0,100}")\s*,\s*"(?:result|error)"/;
const EARLY_WITHIN_BYTES = 256;

/** Reads the id of a JSON-RPC message without parsing more than needed. */
export function identify(body: Buffer, side: "client" | "server"): MessageIdentity {
  if (side === "server") {
    const early = EARLY_ID.exec(body.toString("latin1", 0, EARLY_WITHIN_BYTES));
    if (early !== null) return { key: early[1] ?? null, isAnswer: true };
  }
  let json: unknown;
  try {
    json = JSON.parse(body.toString("utf8"));
  } catch {
    return NONE;
  }
  if (!Array.isArray(json)) return identifyOne(json);
  for (const item of json) {
    const one = identifyOne(item);
    // Answers of a batch may come in any order, but a batch is answered as one; the smallest id stands for it.
    if (one.key !== null) return { ...one, key: smallestId(json) };
  }
  return NONE;
}

function identifyOne(json: unknown): MessageIdentity {
  if (typeof json !== "object" || json === null) return NONE;
  if (!("id" in json) || json.id === null || json.id === undefined) return NONE;
  return { key: JSON.stringify(json.id), isAnswer: !("method" in json) };
}

function smallestId(batch: readonly unknown[]): string {
  const keys = batch.map((item) => identifyOne(item).key).filter((key) => key !== null);
  return `[${keys.sort()[0] ?? ""}`;
}
