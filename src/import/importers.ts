import { gor } from "./gor.ts";
import { har } from "./har.ts";
import type { Importer } from "./imported.ts";
import { io } from "./io.ts";
import { jsonl } from "./jsonl.ts";

/** The formats that `import` reads; a new one is a file and a line here. */
export const IMPORTERS: readonly Importer[] = [jsonl, io, har, gor];
