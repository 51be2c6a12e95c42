import { wordsAt } from "../../classify/advice/index.ts";
import type { Finding } from "../../model/judged.ts";
import type { Advice as NoticeAdvice } from "../../notice/compose/model.ts";

/** What there is to say at the finding's own place: why it matters, what stops working, what works on both versions. */
export interface Advice extends NoticeAdvice {
  readonly why: string;
}

/** What there is to say of a finding at its place: the same words as in its notice. */
export function adviceOf({ kind, method, path, samples }: Finding): Advice {
  const [sample] = samples;
  const values = sample === undefined ? null : { old: sample.old, candidate: sample.candidate };
  return wordsAt({ kind, method, path, values });
}
