import { whole } from "../../words.ts";
import { gzipSync } from "node:zlib";
import { LIMITS } from "../view/finding-view.ts";
import { visibleDeep } from "../view/text.ts";
import type { FindingView } from "../view/view.ts";
import type { Templates } from "./templates.ts";

/** A compressed part of the file: base64 of gzip, so it holds no character that could end its element. */
export interface Blob {
  readonly id: string;
  readonly base64: string;
}

/** A chunk is opened as a whole when one of its findings is: small enough to be instant, large enough to compress. */
const FINDINGS_PER_CHUNK = 40;
/** Base64 characters of all chunks, past which examples are left out: the file stays under 20 MB with room for the rest. */
const BUDGET = 14_000_000;
/** Findings that are shown with several examples. */
export const FULL_FINDINGS = 300;

/**
 * What the examples of a finding may take, by rank: the first are what people read, and thousands of large bodies
 * would take a minute to parse.
 */
const EFFORT = [
  { ranks: FULL_FINDINGS, examples: LIMITS.examples, parsedCharacters: 300_000 },
  { ranks: Infinity, examples: 1, parsedCharacters: 60_000 },
] as const;

/** The same in words, for the reader. */
export const EFFORT_WORDS =
  `The first ${EFFORT[0].ranks} findings have up to ${EFFORT[0].examples} examples, the others ${EFFORT[1].examples}. ` +
  `Bodies of more than ${whole(EFFORT[0].parsedCharacters)} characters (${whole(EFFORT[1].parsedCharacters)} past those ` +
  `findings) are compared as text around their first difference.`;

/** Rendered details of findings that are not in the page, in compressed chunks. */
export class DetailsChunks {
  readonly blobs: Blob[] = [];
  readonly chunkOf = new Map<string, number>();
  /** Findings whose examples did not fit. */
  withoutExamples = 0;
  readonly #templates: Templates;
  #open: Record<string, string> = {};
  #openCount = 0;
  #used = 0;

  constructor(templates: Templates) {
    this.#templates = templates;
  }

  /** Base64 characters that examples may still take. */
  left(): number {
    return BUDGET - this.#used;
  }

  add(
    fingerprint: string,
    model: { readonly examples: readonly unknown[]; readonly sampleCount: number },
  ): void {
    if (model.examples.length === 0 && model.sampleCount > 0) this.withoutExamples += 1;
    this.#open[fingerprint] = this.#templates.body(model);
    this.chunkOf.set(fingerprint, this.blobs.length);
    this.#openCount += 1;
    if (this.#openCount >= FINDINGS_PER_CHUNK) this.close();
  }

  close(): void {
    if (this.#openCount === 0) return;
    const blob = compressed(`bodies-${this.blobs.length}`, this.#open);
    this.blobs.push(blob);
    this.#used += blob.base64.length;
    this.#open = {};
    this.#openCount = 0;
  }
}

/** JSON as a compressed part of the file. */
export function compressed(id: string, data: unknown): Blob {
  return { id, base64: gzipSync(JSON.stringify(data), { level: 6 }).toString("base64") };
}

/** The examples of one finding as its details show them. Reads their texts. */
export function bodyModel(
  finding: FindingView,
  budgetLeft: number,
): {
  examples: readonly object[];
  otherExamples: readonly object[];
  moreExamples: number;
  noExamples: string | null;
} {
  const effort = EFFORT.find(({ ranks }) => finding.rank <= ranks);
  const most = budgetLeft <= 0 || effort === undefined ? 0 : effort.examples;
  const examples = visibleDeep(finding.examples(most, effort?.parsedCharacters ?? 0));
  return {
    examples,
    otherExamples: examples.slice(1),
    moreExamples: most === 0 ? 0 : finding.sampleCount - examples.length,
    noExamples:
      most === 0 && finding.sampleCount > 0
        ? "The examples did not fit into this file: they are in findings.json."
        : null,
  };
}
