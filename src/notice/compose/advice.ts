import type { Kind } from "../../model/kinds.ts";
import { wordsAt } from "../../classify/advice/index.ts";
import { sentence, type SentenceFacts } from "./sentence.ts";
import type { Advice } from "./model.ts";

/** What is known to say of a difference at its place. */
export type AdviceOf = (facts: SentenceFacts) => Advice | null;

/** The words by place, as a notice tells them. */
export const adviceAt: AdviceOf = (facts) => {
  const { sees, condition, action, breaks, works, search } = wordsAt(facts);
  const isSaid = sentence(facts).replaceAll("`", "") === sees;
  return {
    sees: SAYS_MORE.has(facts.kind) && !isSaid ? sees : null,
    condition,
    action,
    breaks,
    works,
    search,
  };
};

/** Kinds of which the advice says more than the sentence of the change does: the new name, the form, what a client meets. */
const SAYS_MORE: ReadonlySet<Kind> = new Set([
  "batch-order-changed",
  "encoding-changed",
  "envelope-changed",
  "field-renamed",
  "header-changed",
  "limit-changed",
  "malformed-response",
  "method-added",
  "method-removed",
  "no-answer",
  "type-changed",
]);

/** Breakage of the libraries that were seen in the customer's calls; all of it where none was recognised. */
export function forClients(advice: Advice | null, clients: readonly string[]): Advice | null {
  if (advice === null) return null;
  const seen = clients.map((client) => client.toLowerCase());
  const matching = advice.breaks.filter(({ library }) =>
    seen.some((client) => client.startsWith(library.toLowerCase())),
  );
  const general = advice.breaks.filter(({ library }) => library === "any");
  return matching.length === 0 ? advice : { ...advice, breaks: [...matching, ...general] };
}
