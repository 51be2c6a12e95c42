import type { Finding } from "../../model/judged.ts";
import { publicValues, sentence } from "./sentence.ts";
import type { AdviceOf } from "./advice.ts";
import type { KnownUpstream, PublicChange } from "./model.ts";

/** A field's name as an API names it. Anything else in a path may be somebody's data. */
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/;

/** The path pattern with every part that is no field's name made `*`, for texts that others read. */
function publicPath(path: string): string {
  return path
    .split("/")
    .map((part, index) =>
      index === 0 || (FIELD_NAME.test(part) && !/[0-9a-f]{16}/i.test(part)) ? part : "*",
    )
    .join("/");
}

/** A finding as everybody may read it: no counts, no values but error codes and statuses. */
export function publicChange(finding: Finding, adviceOf: AdviceOf): PublicChange {
  const { kind, severity, method } = finding;
  const path = publicPath(finding.path);
  const first = finding.samples[0];
  const values = first === undefined ? null : publicValues(path, first.old, first.candidate);
  const subject = { kind, method, path, values };
  return {
    kind,
    severity,
    method,
    sentence: sentence(subject),
    upstream: upstreamOf(finding),
    advice: adviceOf(subject),
  };
}

/** The known change upstream that explains a finding, or null. */
export function upstreamOf({ knownChange }: Pick<Finding, "knownChange">): KnownUpstream | null {
  if (knownChange === null) return null;
  const { client, version, source, summary } = knownChange;
  return { client, version, source, summary };
}
