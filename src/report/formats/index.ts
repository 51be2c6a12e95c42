import type { Format } from "./format.ts";
import { github } from "./github.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";

/** Every format a run can be rendered to, in the order of --help. */
export const FORMATS: readonly Format[] = [html, json, junit, markdown, github];
