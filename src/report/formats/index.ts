import type { Format } from "./format.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";

/** Every format a run can be rendered to, in the order of --help. */
export const FORMATS: readonly Format[] = [html, json];
