import { basename } from "node:path";
import { curl } from "./curl.ts";
import { foreignKind } from "./foreign.ts";
import { fileBytes } from "./split-bytes.ts";
import { gor } from "./gor.ts";
import { har } from "./har.ts";
import type { Importer } from "./imported.ts";
import { io } from "./io.ts";
import { jsonArray } from "./json-array.ts";
import { jsonl } from "./jsonl.ts";

/** The formats that `import` reads; a new one is a file and a line here. The first that a file begins like is taken. */
const IMPORTERS: readonly Importer[] = [har, gor, io, curl, jsonl, jsonArray];

const LOOK_AT_BYTES = 64 * 1024;

/** The importer for a file's name (without .gz), or undefined. */
export function importerByName(path: string): Importer | undefined {
  const name = basename(path).replace(/\.gz$/i, "");
  return IMPORTERS.find((importer) => importer.accepts(name));
}

/** What a file is in place of one that can be imported, and what to do then; both null where nobody knows. */
export interface NoImporter {
  readonly what: string | null;
  readonly instead: string | null;
}

/** The importer for a file by its name or, where that says nothing, by how it begins. */
export async function importerFor(path: string): Promise<Importer | NoImporter> {
  const named = importerByName(path);
  if (named !== undefined) return named;
  const start = await startOf(path);
  const [what, instead] = foreignKind(start.toString("latin1")) ?? [null, null];
  if (what !== null) return { what, instead };
  const text = start.toString("utf8");
  return IMPORTERS.find((importer) => importer.looksLike(text)) ?? { what, instead };
}

async function startOf(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of fileBytes(path)) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= LOOK_AT_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, LOOK_AT_BYTES);
}
