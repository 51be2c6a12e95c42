import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { readSpecification } from "../conformance/read-specification.ts";
import { messageOf, usageError } from "../errors.ts";
import { keepSpecification, keptSpecification } from "../runs/specification.ts";
import { fetchText } from "../watch/fetch-text.ts";
import { proveRun } from "./prove.ts";

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The text of an OpenRPC document, from a file or by http, after it was seen to be one.
 * @throws usageError where it can't be read or is none
 */
export async function loadSpecification(
  from: string,
  {
    cwd,
    now,
    signal,
  }: { readonly cwd: string; readonly now: () => Date; readonly signal: AbortSignal },
): Promise<string> {
  if (/^(?!https?:)[a-z][a-z0-9+.-]+:\/\//i.test(from))
    throw usageError(`The specification can't be read: ${from}`, {
      details: ["--spec takes a file or an http or https URL."],
    });
  const text = /^https?:\/\//i.test(from)
    ? await download(from, now, signal)
    : readText(path.resolve(cwd, from), from);
  readSpecification(text, from);
  return text;
}

async function download(url: string, now: () => Date, signal: AbortSignal): Promise<string> {
  const fetched = await fetchText(url, { now, signal });
  if (fetched.kind === "text") return fetched.text;
  const why = fetched.kind === "failed" ? fetched.reason : "the server asks to come back later";
  throw usageError("The specification can't be read.", { details: [why] });
}

function readText(file: string, from: string): string {
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) throw new Error("it is larger than 16 MiB");
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw usageError(`The specification can't be read: ${from}`, {
      details: [messageOf(cause).split(",")[0] ?? ""],
      cause,
    });
  }
}

/** What the parts were judged by, the whole is judged by; of several specifications the first. */
export async function carryEvidence(runs: readonly string[], out: string): Promise<void> {
  const [first] = runs.flatMap((run) => keptSpecification(run)?.text ?? []);
  keepFor([out], first ?? null);
  await proveRun(out);
}

/** Keeps a specification that was given with runs that are there. */
export function keepFor(runs: readonly string[], text: string | null): void {
  if (text !== null) for (const run of runs) keepSpecification(run, text);
}
