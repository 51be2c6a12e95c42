import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Document, isMap, isSeq, parseDocument, YAMLSeq } from "yaml";
import { messageOf, runFailure, usageError } from "../../errors.ts";
import { acceptedSchema, type Accepted } from "../accepted.ts";

const DEFAULT_NAME = "accepted.yaml";

const HEADING = ` Findings that were accepted, by whom, why, and until when (the day counts whole, in UTC).
 \`shadowdiff accept\` adds entries; they stay in the report and in the notices.`;

/** The file that holds the accepted findings: the one named, else accepted.yaml in `cwd`. */
export function acceptedPath(named: string | undefined, cwd: string): string {
  return path.resolve(cwd, named ?? DEFAULT_NAME);
}

/**
 * The accepted findings. A file that was named must exist; the default one need not.
 * Throws a usage error that names the entry when one lacks its fingerprint, reason or owner, or stands twice.
 */
export function readAccepted(named: string | undefined, cwd: string): readonly Accepted[] {
  const file = acceptedPath(named, cwd);
  if (named === undefined && !existsSync(file)) return [];
  return entriesOf(parsed(file), file);
}

function parsed(file: string): Document.Parsed {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw usageError(`Can't read the accepted findings: ${messageOf(cause)}`, { cause });
  }
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined)
    throw usageError(`${file} is not valid YAML: ${error.message.split("\n")[0]}`);
  return document;
}

function entriesOf(document: Document.Parsed, file: string): readonly Accepted[] {
  const result = acceptedSchema.safeParse(document.toJS() ?? { accepted: [] });
  if (!result.success) {
    throw usageError(`These entries of ${file} can't be used:`, {
      details: result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    });
  }
  const entries = result.data.accepted;
  const twice = entries.find(
    (entry, index) =>
      entries.findIndex(({ fingerprint }) => fingerprint === entry.fingerprint) < index,
  );
  if (twice !== undefined)
    throw usageError(`${file} accepts ${twice.fingerprint} twice; keep one of the entries.`);
  return entries;
}

/**
 * Adds an entry to the file, or replaces the one of the same finding; other entries and comments stay as they are. The file
 * is replaced as a whole, so that a full disk leaves the old one.
 */
export function writeAccepted(file: string, entry: Accepted): void {
  const document = existsSync(file) ? parsed(file) : new Document({ accepted: [] });
  if (existsSync(file)) entriesOf(parsed(file), file);
  else document.commentBefore = HEADING;
  const existing = document.get("accepted");
  const list = isSeq(existing) ? existing : new YAMLSeq();
  if (list !== existing) document.set("accepted", list);
  list.flow = false;
  const node = document.createNode(entry);
  const place = list.items.findIndex(
    (item) => isMap(item) && item.get("fingerprint") === entry.fingerprint,
  );
  if (place >= 0) list.items[place] = node;
  else list.items.push(node);
  const partial = `${file}.partial`;
  try {
    writeFileSync(partial, document.toString());
    renameSync(partial, file);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw runFailure(`Can't write ${file}: ${messageOf(cause)}`, { cause });
  }
}
