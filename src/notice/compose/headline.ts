import { dayText, whole } from "../../words.ts";
import { dateText } from "./upgrade-facts.ts";
import type { Coverage, Phrase, Standing, UpgradeFacts } from "./model.ts";
import type { Estimate } from "../../statistics/estimate.ts";

/** A mail client shows about so much of a subject. */
const SUBJECT = 78;

/** How many changes of the account's own calls a title may count: those that the notice lists. */
export interface Told {
  readonly breaking: number;
  readonly risky: number;
  /** "RPC" or "API", as the account's methods are. */
  readonly noun: string;
}

/**
 * The title, which is the mail's subject: what to do, by when, how much. At most 78 characters: where the network or the
 * version does not fit, it is left out, as the text says both.
 */
export function titleOf(standing: Standing, upgrade: UpgradeFacts, told: Told): string {
  const version = `${upgrade.client} ${upgrade.to}`;
  const places = [` (${upgrade.network}, ${version})`, ` (${version})`, ""];
  const first = firstWords(standing, upgrade);
  const isOn = upgrade.state === "planned" || upgrade.state === "live";
  const count = isOn ? countWords(standing, told) : null;
  if (count !== null) return shortest(places.map((place) => `${first}: ${count}${place}`));
  const day = upgrade.state === "planned" ? ` from ${dayText(upgrade.changesAt)}` : "";
  return shortest([
    `${first}: ${version} on ${upgrade.network}${day}`,
    `${first}: ${version}${day}`,
    `${first}: ${version}`,
  ]);
}

/** The first of the texts that a mail client shows whole; the last, cut, where none is short enough. */
export function shortest(texts: readonly string[]): string {
  const lines = texts.map((text) => text.replace(/\s+/g, " "));
  const fits = lines.find((line) => line.length <= SUBJECT);
  return fits ?? `${(lines.at(-1) ?? "").slice(0, SUBJECT - 1).toWellFormed()}…`;
}

function firstWords(standing: Standing, upgrade: UpgradeFacts): string {
  if (upgrade.state === "cancelled") return "Cancelled";
  if (upgrade.state === "postponed") return "Postponed";
  const acts = standing === "affected" || standing === "check";
  if (upgrade.state === "live") {
    const since = `Live since ${dayText(upgrade.changesAt)}`;
    return standing === "affected" ? `${since}, act now` : since;
  }
  const urgent = upgrade.urgency === "security" ? "Security release, " : "";
  const by = dayText(upgrade.actBy);
  const what = acts
    ? standing === "affected"
      ? `Action by ${by}`
      : `Please check by ${by}`
    : standing === "informed"
      ? "No action expected"
      : "For your information";
  return urgent === "" ? what : `${urgent}${what.slice(0, 1).toLowerCase()}${what.slice(1)}`;
}

/** "4 RPC changes affect you"; null where the title counts nothing. */
function countWords(standing: Standing, { breaking, risky, noun }: Told): string | null {
  if (standing === "affected") {
    const first =
      breaking === 1
        ? `1 ${noun} change affects you`
        : `${whole(breaking)} ${noun} changes affect you`;
    return risky === 0 ? first : `${first}, ${whole(risky)} may`;
  }
  if (standing === "check")
    return `${whole(risky)} ${noun} ${risky === 1 ? "change" : "changes"} may affect you`;
  return null;
}

/** The first paragraph: whether to act, by when, on what grounds. */
export function headlineOf(
  standing: Standing,
  upgrade: UpgradeFacts,
  touched: Estimate & { readonly seen: number },
  coverage: Coverage,
  elsewhere: number,
  /** Whether it can be told what code is affected. */
  conditional: boolean,
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
      : conditional
        ? `Yes, if your code is as described below: act by ${by}.`
        : `Yes, you have to act by ${by}.`;
    return `${act} ${countText(touched, coverage)} ${live ? gets(touched) : "will get"} an answer that code written for ${upgrade.client} ${upgrade.from} can fail on.`;
  }
  if (standing === "check")
    return `Perhaps. Please check ${live ? "now" : `by ${by}`} whether your code depends on what changes below: it applies to ${countText(touched, coverage)}. Many clients will not notice.`;
  if (standing === "informed")
    return `No, as far as we saw: ${countText(touched, coverage)} ${gets(touched)} an answer with something added, and nothing that clients read today went away. Code fails on it only where it rejects what it does not know.`;
  if (standing === "not-seen")
    return `Probably not, but we can't be sure. None of the ${whole(coverage.compared)} calls of yours that we compared got a different answer. That is a sample, not all of your traffic. ${notSeen(elsewhere, upgrade)}`;
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
  const calls = `${whole(touched.seen)} of the ${whole(coverage.compared)} calls of yours that we compared`;
  if (touched.exact) return calls;
  return `${calls} (about ${whole(touched.calls)} in all your traffic of that time)`;
}
