import { folded, percentText } from "../words.ts";
import type { Parity, ParityDifference } from "./parity.ts";
import {
  answerOf,
  breakingText,
  caveatsOf,
  failing,
  OUTCOME_WORDS,
  OUTCOMES,
  staying,
  titleOf,
} from "./words.ts";

const MOST_METHODS = 20;
const MOST_DIFFERENCES = 3;
const MOST_CUSTOMERS = 20;
const MOST_KNOWN = 8;

/** The answer for a terminal, at most 80 columns but for what has no spaces. */
export function parityText(parity: Parity): string {
  return [
    ...folded(titleOf(parity)),
    "",
    ...folded(answerOf(parity)),
    "",
    ...OUTCOMES.map(
      (outcome) =>
        `  ${OUTCOME_WORDS[outcome].padEnd(24)}${percentText(parity.shares[outcome]).padStart(9)}`,
    ),
    "",
    ...caveatsOf(parity).flatMap((caveat) => folded(caveat)),
    "",
    ...methodLines(parity),
    ...customerLines(parity),
    ...knownLines(parity),
  ].join("\n");
}

function methodLines(parity: Parity): string[] {
  const methods = failing(parity);
  if (methods.length === 0) return [];
  return [
    "Methods that can't",
    ...methods.slice(0, MOST_METHODS).flatMap((method) => [
      ...hanging(
        `${method.method}: ${percentText(method.share)} of traffic, ${breakingText(method)}`,
        2,
      ),
      ...method.differences
        .filter(({ fate }) => fate === "breaks")
        .slice(0, MOST_DIFFERENCES)
        .flatMap(({ title }) => hanging(withoutMethod(title, method.method), 6)),
    ]),
    ...more(methods.length - MOST_METHODS, "methods"),
    "",
  ];
}

/** Below its method, a title need not name it again. */
function withoutMethod(title: string, method: string): string {
  return title.startsWith(`${method}: `) ? title.slice(method.length + 2) : title;
}

function customerLines(parity: Parity): string[] {
  const customers = staying(parity);
  if (customers.length === 0) return [];
  return [
    "Customers who must not",
    ...customers
      .slice(0, MOST_CUSTOMERS)
      .flatMap(({ id, name, shares, methods }) =>
        hanging(
          `${name ?? id}: ${percentText(shares.breaks + shares.absent)} of their traffic (${methods.slice(0, 5).join(", ")}${methods.length > 5 ? ", …" : ""})`,
          2,
        ),
      ),
    ...more(customers.length - MOST_CUSTOMERS, "customers"),
    "",
  ];
}

function knownLines({ methods }: Parity): string[] {
  const known = new Map<string, ParityDifference>();
  for (const difference of methods.flatMap((method) => method.differences))
    if (difference.fate === "harmless" && difference.known !== null)
      known.set(difference.known, difference);
  if (known.size === 0) return [];
  return [
    "Known, and no reason to stay",
    ...[...known].slice(0, MOST_KNOWN).flatMap(([why, { title }]) => hanging(`${title} ${why}`, 2)),
    ...more(known.size - MOST_KNOWN, "such differences"),
    "",
  ];
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`  and ${count} more ${what} in --format json`] : [];
}

/** A line of a list: what does not fit stands further in. */
function hanging(text: string, indent: number): string[] {
  return folded(text, " ".repeat(indent), " ".repeat(indent + 2));
}
