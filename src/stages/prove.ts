import { isObject, parsedJson, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Sample, SampleTexts, SideText } from "../model/run.ts";
import { claimsOf, isProvable } from "../proof/claims.ts";
import { PROVABLE_KINDS } from "../proof/prove.ts";
import { readProofs, writeProofs, type PairClaims } from "../runs/proofs.ts";
import { hasRun } from "../runs/open.ts";
import { readRun } from "../runs/reader.ts";
import { openSampleTexts } from "../runs/texts.ts";

/** Examples of a finding that are looked at, and calls of a run: a full block costs some tenths of a second. */
const EXAMPLES = 2;
const MOST_PAIRS = 400;
/** All that may be spent on a run; what is left then is not looked at. */
const LIMIT_MS = 30_000;

/**
 * Works out what the examples' answers say of themselves, for findings of which it can be asked which side is wrong, and keeps
 * it with the run. What was worked out before is not done again.
 */
export async function proveRun(directory: string, header: AskHeader = noHeader): Promise<void> {
  const { groups, samples } = readRun(directory);
  const wanted = new Set(
    groups
      .filter(({ kind, method }) => PROVABLE_KINDS.has(kind) && isProvable(method))
      .map(({ fingerprint }) => fingerprint),
  );
  const own = Map.groupBy(samples, ({ fingerprint }) => fingerprint);
  const ids = idsOf([...wanted].flatMap((name) => (own.get(name) ?? []).slice(0, EXAMPLES)));
  if (ids.length === 0) return;
  const before = readProofs(directory);
  if (ids.every((id) => before.has(id))) return;
  const found = new Map<string, PairClaims>();
  const texts = openSampleTexts(directory);
  const until = performance.now() + LIMIT_MS;
  try {
    for (const id of ids) {
      const isLate = performance.now() > until;
      const pair = before.has(id) || isLate ? undefined : texts.read([id]).get(id);
      found.set(
        id,
        before.get(id) ?? (pair === undefined ? NONE : await claimsOfPair(pair, header)),
      );
    }
  } finally {
    texts.close();
  }
  writeProofs(directory, found);
}

/** The same before runs are shown, for those that grew since; a run that can't be written to is shown without. */
export async function proveRuns(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    try {
      if (hasRun(directory)) await proveRun(directory);
    } catch (error) {
      if (!isReadOnly(error)) throw error;
    }
  }
}

function isReadOnly(error: unknown): boolean {
  return ["EACCES", "EROFS", "EPERM"].includes(String((error as { code?: unknown }).code));
}

/** Asks for the header of a block by its hash; null where nobody has it. */
export type AskHeader = (blockHash: string) => Promise<JsonObject | null>;

const noHeader: AskHeader = () => Promise.resolve(null);

/** Receipts are shown to be whole by a header that they do not bring along. */
function headerFor(
  method: string,
  result: JsonValue,
  header: AskHeader,
): Promise<JsonObject | null> {
  const [first] = method === "eth_getBlockReceipts" && Array.isArray(result) ? result : [];
  const hash = isObject(first) ? first["blockHash"] : null;
  const isHash = typeof hash === "string" && /^0x[0-9a-f]{64}$/i.test(hash);
  return isHash ? header(hash.toLowerCase()) : noHeader("");
}

const NONE: PairClaims = { old: {}, candidate: {} };

function idsOf(samples: readonly Sample[]): string[] {
  return [...new Set(samples.map(({ pairId }) => pairId))].slice(0, MOST_PAIRS);
}

async function claimsOfPair(pair: SampleTexts, header: AskHeader): Promise<PairClaims> {
  const parameters = member(parsedJson(pair.asked ?? pair.request) ?? null, "params");
  const given = Array.isArray(parameters) ? parameters : [];
  const of = async (side: SideText): Promise<PairClaims["old"]> => {
    const result =
      side.cut === null ? member(parsedJson(side.text ?? "") ?? null, "result") : undefined;
    const found = await headerFor(pair.method, result ?? null, header);
    return claimsOf(pair.method, given, result ?? null, () => found);
  };
  return { old: await of(pair.old), candidate: await of(pair.candidate) };
}

function member(value: JsonValue, name: string): JsonValue | undefined {
  return isObject(value) ? value[name] : undefined;
}
