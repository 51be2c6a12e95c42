import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ShadowdiffError, runFailure, usageError } from "../errors.ts";
import type { Unreplayable } from "../model/exchange.ts";
import type { Network, RecordingFacts } from "../model/run.ts";
import { lazyTokeniser } from "../config/files/key.ts";
import { CUSTOMER_TOKEN } from "../redact/tokens.ts";
import type { RedactionRules } from "../redact/rules.ts";
import { hasKeyEntropy } from "../redact/entropy.ts";
import { redactor } from "../redact/redact.ts";
import { openRecording } from "../recording/reader.ts";
import { createRecording } from "../recording/writer.ts";
import type { NewExchange } from "../recording/writer.ts";
import { hostOf, whyLeftOut } from "../import/traffic.ts";
import type { LeftOut, Wanted } from "../import/traffic.ts";
import type { BadEntry, ImportedExchange, Importer } from "../import/imported.ts";
import { importerByName, importerFor } from "../import/importers.ts";

export interface ImportOptions {
  readonly out: string;
  readonly network: Network;
  readonly rules: RedactionRules;
  /** Which exchanges are traffic to the node; all, where it is left out, but for what only a browser asks for. */
  readonly wanted?: Wanted;
  /** Stop at the first bad entry. */
  readonly strict: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
  readonly signal: AbortSignal;
  onBad(entry: BadEntry): void;
  onProgress(exchanges: number): void;
}

/** A recording's facts, and what a person wants to know of an import. */
export interface ImportFacts extends RecordingFacts {
  /** Exchanges that can't be sent again, by reason. */
  readonly unreplayable: Readonly<Partial<Record<Unreplayable, number>>>;
  /** Exchanges by the host that they were sent to, where the source says it. */
  readonly hosts: readonly HostCount[];
}

export interface HostCount {
  readonly host: string;
  readonly taken: number;
  readonly leftOut: number;
}

const JSON_RPC_ONLY: Wanted = { hosts: [], urls: [], rest: false };
/** Named in the end; more of them are no help. */
const MOST_HOSTS = 1_000;
const PROGRESS_EVERY = 10_000;

/**
 * Reads files and folders into one recording, redacted as the recorder would. Gives the recording's facts; bad entries are
 * counted there as dropped for `bad-entry`. Throws a usage error for a missing or unknown file, and for a bad entry when strict.
 */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
): Promise<ImportFacts> {
  const wanted = options.wanted ?? JSON_RPC_ONLY;
  const unreplayable = new Map<Unreplayable, number>();
  const hosts = new Map<string, HostCount>();
  const files = (await Promise.all(paths.map((path) => findFiles(path)))).flat();
  const tokens = lazyTokeniser(options.env);
  const redact = redactor(options.rules, tokens);
  const writer = createRecording(options.out, {
    source: [...new Set(files.map((file) => file.importer.name))].join("+"),
    network: options.network,
    keyId: null,
    options: { files: files.length },
    createdAt: options.now.getTime(),
  });
  let count = 0;
  try {
    for (const file of files) {
      for await (const entry of file.importer.read(file.path, file.path)) {
        options.signal.throwIfAborted();
        count += 1;
        if (count % PROGRESS_EVERY === 0) options.onProgress(count);
        const leftOut =
          "bad" in entry
            ? null
            : whyLeftOut(entry.exchange, wanted, file.importer.isMixed === true);
        if ("exchange" in entry) countHost(entry.exchange, leftOut);
        if (leftOut !== null) {
          writer.drop(leftOut);
          continue;
        }
        const problem = "bad" in entry ? entry.bad : tryAdd(entry.exchange);
        if (problem === null) continue;
        if (options.strict) throw usageError(`${problem.place}: ${problem.reason}`);
        options.onBad(problem);
        writer.drop("bad-entry");
      }
    }
  } catch (error) {
    if (tokens.used()) writer.setKey(tokens.keyId);
    writer.close();
    if (options.signal.aborted) {
      throw runFailure(`Interrupted: ${options.out} holds what was read until then`);
    }
    // Half an import would be taken for a whole one.
    rmSync(options.out, { force: true });
    throw explained(
      error,
      files.map((file) => file.path),
    );
  }
  if (tokens.used()) writer.setKey(tokens.keyId);
  writer.close();

  function tryAdd(imported: ImportedExchange): BadEntry | null {
    try {
      const exchange = toExchange(imported, options.now.getTime());
      writer.add(exchange);
      const why = exchange.unreplayable;
      if (why !== null) unreplayable.set(why, (unreplayable.get(why) ?? 0) + 1);
      return null;
    } catch (error) {
      // The message could quote what could not be redacted.
      return { place: `entry ${count}`, reason: `cannot be redacted (${nameOf(error)})` };
    }
  }

  function toExchange(imported: ImportedExchange, now: number): NewExchange {
    const clean = redact({ ...imported, isEvent: false });
    const [verb, path, requestHeaders, responseHeaders]: [
      string,
      string,
      Record<string, string>,
      Record<string, string> | null,
    ] = JSON.parse(clean.head);
    return {
      at: imported.at ?? now,
      durationMs: imported.durationMs,
      protocol: clean.protocol,
      transport: imported.transport,
      connection: null,
      customer: customerOf(imported.customer) ?? clean.customer,
      name: imported.name,
      request: { verb, path, headers: requestHeaders, body: clean.requestBody },
      response:
        imported.responseHead === null
          ? null
          : {
              status: imported.responseHead.status,
              headers: responseHeaders ?? {},
              body: clean.responseBody,
            },
      unreplayable: imported.incomplete
        ? "incomplete"
        : (imported.unreplayable ?? clean.unreplayable),
      method: clean.method,
      errorCode: clean.errorCode,
      large: clean.reduced,
    };
  }

  function countHost(exchange: ImportedExchange, leftOut: LeftOut | null): void {
    const host = shownHost(hostOf(exchange));
    if (host === null || (!hosts.has(host) && hosts.size >= MOST_HOSTS)) return;
    const known = hosts.get(host) ?? { host, taken: 0, leftOut: 0 };
    hosts.set(host, {
      host,
      taken: known.taken + (leftOut === null ? 1 : 0),
      leftOut: known.leftOut + (leftOut === null ? 0 : 1),
    });
  }

  function customerOf(text: string | null): string | null {
    if (text === null || CUSTOMER_TOKEN.test(text)) return text;
    return tokens.token("cus", text);
  }

  const reader = openRecording(options.out);
  try {
    return {
      ...reader.facts,
      unreplayable: Object.fromEntries(unreplayable),
      hosts: [...hosts.values()],
    };
  } finally {
    reader.close();
  }
}

/** Some providers give each customer a name of their own below theirs. */
function shownHost(host: string | null): string | null {
  if (host === null) return null;
  return host
    .split(".")
    .map((label) => (hasKeyEntropy(label) ? "…" : label))
    .join(".");
}

interface SourceFile {
  readonly path: string;
  readonly importer: Importer;
}

/** The file, or in a folder every file that an importer knows, by name. */
async function findFiles(path: string): Promise<SourceFile[]> {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (cause) {
    throw usageError(`No file or folder at ${path}`, { cause });
  }
  if (!isFolder) {
    const importer = await importerFor(path).catch((error: unknown) => {
      throw explained(error, [path]);
    });
    if ("read" in importer) return [{ path, importer }];
    throw usageError(
      `${path}${importer.what === null ? ": not a format that can be imported" : ` is ${importer.what}`}`,
      {
        details: [
          ...(importer.instead === null ? [] : [importer.instead]),
          "Expected HAR, .gor, .jsonl, .io, a JSON array of calls or curl commands, each also with .gz, or a folder of them.",
        ],
      },
    );
  }
  const found = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((file) => {
      const importer = importerByName(file);
      return importer === undefined ? [] : [{ path: file, importer }];
    });
  if (found.length === 0) throw usageError(`${path} holds nothing that can be imported`);
  return found;
}

function explained(error: unknown, paths: readonly string[]): unknown {
  if (error instanceof ShadowdiffError) return error;
  if (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^(?:E|Z_)/.test(error.code)
  ) {
    return usageError(`Cannot read ${paths.join(", ")}: ${error.message}`, {
      details: error.code.startsWith("Z_")
        ? ["It is gzip that breaks off or is damaged: copy it again."]
        : [],
      cause: error,
    });
  }
  return error;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "error";
}
