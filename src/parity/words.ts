import { percentText, plural } from "../words.ts";
import type { Outcome, Parity, ParityCustomer, ParityMethod } from "./parity.ts";

/** What becomes of traffic, as a heading of a row. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  same: "answered the same",
  harmless: "harmlessly different",
  breaks: "breaks",
  absent: "absent there",
  unsure: "did not repeat itself",
  untested: "not tested",
};

export const OUTCOMES = Object.keys(OUTCOME_WORDS) as readonly Outcome[];

/** Methods of which a call breaks or is absent. */
export function failing({ methods }: Parity): ParityMethod[] {
  return methods.filter(({ shares }) => shares.breaks + shares.absent > 0);
}

/** Customers who lose something. */
export function staying({ customers }: Parity): ParityCustomer[] {
  return customers.filter(({ answer }) => answer === "must-not");
}

export function titleOf({ from, to }: Parity): string {
  return `Can traffic of ${from.join(", ")} fail over to ${to.join(", ")}?`;
}

/** "97.2 % of your traffic can fail over; these 9 methods can't; these 3 customers must not." */
export function answerOf(parity: Parity): string {
  const { canFailOver, shares, compared } = parity;
  if (compared === 0) return "Nothing was compared: this run says nothing of a fail-over.";
  const [methods, customers] = [failing(parity).length, staying(parity).length];
  const can = methods === 1 ? "this method can't" : `these ${plural(methods, "method")} can't`;
  const must =
    customers === 1 ? "this customer must not" : `these ${plural(customers, "customer")} must not`;
  return [
    `${percentText(canFailOver)} of your traffic can fail over`,
    ...(methods === 0 ? [] : [can]),
    ...(customers === 0 ? [] : [must]),
    ...(shares.untested > 0 ? [`${percentText(shares.untested)} was not tested`] : []),
  ]
    .join("; ")
    .concat(".");
}

/** What stands beside the answer where the run is no whole one. */
export function caveatsOf({ run, specification, slower }: Parity): string[] {
  return [
    ...(run.complete ? [] : ["The run is incomplete: this is of a part of the traffic."]),
    ...(specification === null
      ? ["No specification was given (--spec): form and wording count as severities say."]
      : [`Form and wording are judged by ${specification}.`]),
    ...(slower.length === 0
      ? []
      : [`Much slower there: ${slower.slice(0, 8).join(", ")}${slower.length > 8 ? ", …" : ""}.`]),
  ];
}

/** How much of a method's own traffic breaks, in words. */
export function breakingText({ shares }: ParityMethod): string {
  if (shares.absent > 0) return "absent there";
  return shares.breaks >= 0.9995
    ? "every call breaks"
    : `${percentText(shares.breaks)} of its calls break`;
}
