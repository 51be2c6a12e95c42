import type { StatusLine } from "../status.ts";
import { oneLine } from "./visible.ts";

const COLUMNS = [
  "upgrade",
  "account",
  "name",
  "owner",
  "kind",
  "revision",
  "state",
  "standing",
  "title",
  "act by",
  "approved by",
  "approved at",
  "place",
  "delivery",
  "delivered at",
  "attempts",
  "error",
  "answer",
  "reason",
  "has to act",
];

/** The status as CSV (RFC 4180), a row for each place. */
export function statusCsv(lines: readonly StatusLine[]): string {
  const rows = lines.flatMap((line) => {
    const head = [
      line.upgrade,
      line.account,
      line.name,
      line.owner,
      line.kind,
      line.revision,
      line.state,
      line.standing,
      line.title,
      line.actBy,
      line.approvedBy,
      line.approvedAt,
    ];
    const tail = [line.answer?.answer, line.answer?.reason, line.hasToAct ? "yes" : "no"];
    const places =
      line.places.length === 0
        ? [{ place: "", state: "no place", deliveredAt: null, attempts: 0, error: null }]
        : line.places;
    return places.map((place) => [
      ...head,
      place.place,
      place.state,
      place.deliveredAt,
      place.attempts,
      place.error,
      ...tail,
    ]);
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** Quoted always; an apostrophe before what a spreadsheet would run as a formula. */
function cell(value: string | number | null | undefined): string {
  if (typeof value === "number") return String(value);
  const text = oneLine(value ?? "");
  const inert = /^[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}
