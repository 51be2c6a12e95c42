import { writeFileSync } from "node:fs";
import path from "node:path";
import { runFailure } from "../errors.ts";
import type { Rendered } from "./formats/render.ts";
import { makeFolder } from "../make-folder.ts";

const FILES = {
  markdown: "notice.md",
  text: "notice.txt",
  email: "email.html",
  page: "notice.html",
  json: "notice.json",
  slack: "slack.json",
  webhook: "webhook.json",
} as const satisfies Partial<Record<keyof Rendered, string>>;

/** Writes every form of a notice to a folder of its own, for people to read before they approve. */
export function writeForms(folder: string, rendered: Rendered): void {
  try {
    makeFolder(folder);
    for (const [form, name] of Object.entries(FILES))
      writeFileSync(path.join(folder, name), rendered[form as keyof typeof FILES]);
  } catch (cause) {
    throw runFailure(`Can't write the draft to ${folder}: ${(cause as Error).message}`, { cause });
  }
}
