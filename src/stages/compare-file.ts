import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { examine } from "../classify/examine.ts";
import { inputPath } from "../config/fields.ts";
import { lazyTokeniser } from "../config/files/key.ts";
import { parseJudging } from "../config/judging.ts";
import { usageError } from "../errors.ts";
import { foreignKind } from "../import/foreign.ts";
import { readRoutes } from "../import/open-api.ts";
import type { Progress } from "../model/progress.ts";
import { CUSTOMER_TOKEN } from "../redact/tokens.ts";
import { comparePairs, type CompareResult } from "./compare.ts";
import { proveRun } from "./prove.ts";
import { keepFor, loadSpecification } from "./specification.ts";

/** What a comparison is told, as it is typed: options of the command line, and of the package. */
export const compareRequest = z.object({
  pairs: z
    .string()
    .describe(
      "a .jsonl or .jsonl.gz file: a line is {request, old, candidate, control?, customer?}",
    ),
  out: z.string().describe("folder for the run, such as reports/NAME"),
  strict: z.boolean().default(false).describe("stop at the first bad line instead of counting it"),
  openApi: inputPath("file")
    .optional()
    .describe("OpenAPI file of a REST interface, for the names of its routes"),
  oldVersion: z
    .string()
    .optional()
    .describe("what web3_clientVersion of old said, for known changes"),
  candidateVersion: z.string().optional().describe("the same of the candidate"),
});

export type CompareRequest = z.infer<typeof compareRequest> & {
  readonly spec?: string | undefined;
};

interface CompareSurroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly onProgress?: (progress: Progress) => void;
}

/** Judges the answers of a file of pairs and keeps the run in `out`. Throws usage errors. */
export async function compareFile(
  given: CompareRequest,
  { cwd, env, settings, signal, now, onProgress }: CompareSurroundings,
): Promise<CompareResult> {
  const { classify } = parseJudging(settings);
  const specification =
    given.spec === undefined ? null : await loadSpecification(given.spec, { cwd, now, signal });
  const out = path.resolve(cwd, given.out);
  refuseOthers(path.resolve(cwd, given.pairs), given.pairs);
  const { openApi } = given;
  const result = await comparePairs({
    file: path.resolve(cwd, given.pairs),
    out,
    strict: given.strict,
    routes: openApi === undefined ? [] : await readRoutes(path.resolve(cwd, openApi)),
    token: customerToken(env),
    examine: (pair) => examine(pair, classify),
    oldVersion: given.oldVersion ?? null,
    candidateVersion: given.candidateVersion ?? null,
    signal,
    now,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  keepFor([out], specification);
  await proveRun(out);
  return result;
}

/** The same pseudonym as a recorder with the same key gives. */
function customerToken(env: CompareSurroundings["env"]): (name: string) => string {
  const tokens = lazyTokeniser(env);
  return (name) => (CUSTOMER_TOKEN.test(name) ? name : tokens.token("cus", name));
}

/** A file of another kind would be hundreds of bad lines. */
function refuseOthers(file: string, name: string): void {
  const start = startOf(file);
  const [what, instead] = foreignKind(start) ?? [];
  const pairs = "compare takes pairs: a line is {request, old, candidate}.";
  if (what !== undefined && instead !== undefined)
    throw usageError(`${name} is ${what}`, {
      details: [what === "a recording already" ? "shadowdiff replay takes it." : instead, pairs],
    });
  if (/^(?:\u00EF\u00BB\u00BF)?\s*\[/.test(start))
    throw usageError(`${name} is a JSON array`, {
      details: [pairs, `jq -c '.[]' ${name} > pairs.jsonl makes lines of it.`],
    });
}

/** The first bytes, one character a byte; nothing where the file can't be read, which is said later. */
function startOf(file: string): string {
  const bytes = Buffer.alloc(4_096);
  try {
    const handle = openSync(file, "r");
    try {
      return bytes.toString("latin1", 0, readSync(handle, bytes));
    } finally {
      closeSync(handle);
    }
  } catch {
    return "?";
  }
}
