import { fileBytes } from "./split-bytes.ts";

/** Commands and lists are written by people: a longer file is another thing. */
const LONGEST_FILE_BYTES = 256 * 1024 * 1024;

/** A file's bytes at once, or undefined where they are too many. */
export async function wholeFile(path: string): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of fileBytes(path)) {
    bytes += part.length;
    if (bytes > LONGEST_FILE_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The same as text. */
export async function wholeText(path: string): Promise<string | undefined> {
  return (await wholeFile(path))?.toString("utf8");
}
