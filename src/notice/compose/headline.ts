import { dateText } from "./upgrade-facts.ts";
import type { AccountChange, Coverage, Phrase, Standing, UpgradeFacts } from "./model.ts";
import type { Estimate } from "../../statistics/estimate.ts";

/** The title, which is the mail's subject: what to do, by when, which network, what changes. One line, no code marks. */
export function titleOf(
  standing: Standing,
  upgrade: UpgradeFacts,
  changes: readonly AccountChange[],
): string {
  const versions = `${upgrade.client} ${upgrade.from} → ${upgrade.to}`;
  const topic = changes.filter(
    ({ severity }) => severity === (standing === "affected" ? "breaking" : "risky"),
  );
  const what = topic[0] === undefined ? versions : `${topicText(topic)} (${versions})`;
  return `${labelOf(standing, upgrade)} ${upgrade.network}: ${what}`.replace(/\s+/g, " ");
}

function topicText(changes: readonly AccountChange[]): string {
  const first = (changes[0] as AccountChange).sentence.replaceAll("`", "").replace(/\.$/, "");
  const short = first.length <= 110 ? first : `${first.slice(0, 109)}…`;
  return changes.length === 1 ? short : `${short}, and ${changes.length - 1} more`;
}

function labelOf(standing: Standing, upgrade: UpgradeFacts): string {
  if (upgrade.state === "cancelled") return "[Cancelled]";
  if (upgrade.state === "postponed") return "[Postponed]";
  if (upgrade.state === "live") {
    const since = `Live since ${dateText(upgrade.changesAt)}`;
    return standing === "affected" ? `[${since}: action required]` : `[${since}]`;
  }
  const urgent = upgrade.urgency === "security" ? "Urgent security release: " : "";
  const by = dateText(upgrade.actBy);
  if (standing === "affected")
    return `[${urgent === "" ? "Action" : `${urgent}action`} required by ${by}]`;
  if (standing === "check")
    return `[${urgent === "" ? "Please" : `${urgent}please`} check by ${by}]`;
  if (standing === "informed") return `[${urgent}${urgent === "" ? "No" : "no"} action expected]`;
  return `[${urgent}${urgent === "" ? "For" : "for"} your information]`;
}

/** The first paragraph: whether to act, by when, on what grounds. */
export function headlineOf(
  standing: Standing,
  upgrade: UpgradeFacts,
  touched: Estimate & { readonly seen: number },
  coverage: Coverage,
  elsewhere: number,
): Phrase {
  const by = dateText(upgrade.actBy);
  const change = `${upgrade.client} ${upgrade.to}`;
  if (upgrade.state === "cancelled")
    return `The move to ${change} is cancelled. You don't have to do anything; your traffic stays on ${upgrade.client} ${upgrade.from}.`;
  if (upgrade.state === "postponed")
    return `The move to ${change} is postponed. Your traffic stays on ${upgrade.client} ${upgrade.from} until we write again with a new date.`;
  const live = upgrade.state === "live";
  if (standing === "affected") {
    const act = live
      ? `Yes, act now. ${change} has answered your traffic since ${dateText(upgrade.changesAt)}.`
      : `Yes, you have to act by ${by}.`;
    return `${act} ${countText(touched, coverage)} ${live ? gets(touched) : "will get"} an answer that clients written for ${upgrade.client} ${upgrade.from} can fail on.`;
  }
  if (standing === "check")
    return `Perhaps. Please check ${live ? "now" : `by ${by}`} whether your code depends on what changes below: it applies to ${countText(touched, coverage)}. Many clients will not notice.`;
  if (standing === "informed")
    return `No, as far as we saw: ${countText(touched, coverage)} ${gets(touched)} an answer with something added, and nothing that clients read today went away. Only a decoder that rejects what it does not know has to be told.`;
  if (standing === "not-seen")
    return `Probably not, but we can't be sure. None of the ${number(coverage.compared)} calls of yours that we compared got a different answer. That is a sample, not all of your traffic. ${notSeen(elsewhere, upgrade)}`;
  return "We can't tell. Our sample has no call of yours that we could compare, so please look at the changes of the upgrade and decide for yourself.";
}

function notSeen(elsewhere: number, { changelog }: UpgradeFacts): string {
  if (elsewhere > 0) return "Please read below what changes in methods that you call.";
  const where = changelog === null ? "ask us for the list" : "the changelog lists it";
  return `What we found to change is in methods that your sample does not have; ${where}.`;
}

function gets({ seen }: { readonly seen: number }): string {
  return seen === 1 ? "gets" : "get";
}

function countText(touched: Estimate & { readonly seen: number }, coverage: Coverage): string {
  const calls = `${number(touched.seen)} of the ${number(coverage.compared)} calls of yours that we compared`;
  if (touched.exact) return calls;
  return `${calls} (about ${number(touched.calls)} in all your traffic of that time)`;
}

/** 41200 as 41,200. */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}
