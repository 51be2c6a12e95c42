import { findingsJson } from "../view/findings-json.ts";
import { jsonText } from "../view/text.ts";
import type { Format } from "./format.ts";

/** findings.json, schema version 1. */
export const json: Format = {
  name: "json",
  render: ({ judged, texts, makePatch, view }) => [
    {
      name: "findings.json",
      text: `${jsonText(findingsJson(judged, texts, makePatch, view.since, view.decision), 2)}\n`,
    },
  ],
};
