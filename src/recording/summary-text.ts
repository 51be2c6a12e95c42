import { whole } from "../words.ts";
import { conservationLine } from "./conservation.ts";
import type { CountEstimate } from "./extrapolate.ts";
import type { ShapeSummary } from "./shape-summary.ts";
import type { RecordingSummary } from "./summary.ts";

const MOST_ROWS = 40;
const MOST_CUSTOMER_METHODS = 3;
const TEXT_COLUMNS = new Set(["mostly", "parameters"]);

/** A summary as text for people. */
export function summaryText(summary: RecordingSummary): string {
  const { header, facts } = summary;
  const lines = [
    `${facts.name}: ${header.source}, chain ${header.network.chainId}, made ${header.createdAt}, format ${header.formatVersion}`,
    header.closed
      ? "Closed properly."
      : "Not closed: still being written, or its recorder was killed.",
    header.keyId === null ? "No tokens in it." : `Tokens made with key ${header.keyId}.`,
    timeLine(summary),
    conservationLine(facts),
    ...unreadLine(summary),
    "",
    ...table(
      ["method", "kept", "traffic", "share", "errors", "p50 ms", "p95 ms", "bytes in", "bytes out"],
      summary.methods
        .slice(0, MOST_ROWS)
        .map((row) => [
          row.method,
          whole(row.kept),
          whole(row.traffic),
          `${(100 * row.share).toFixed(2)} %`,
          whole(row.errors),
          row.p50Ms?.toFixed(1) ?? "-",
          row.p95Ms?.toFixed(1) ?? "-",
          whole(row.requestBytes),
          whole(row.responseBytes),
        ]),
    ),
    ...more(summary.methods.length, "methods"),
    "",
    ...customerLines(summary),
    `Status: ${pairs(summary.statuses)}`,
    `Cannot be replayed: ${pairs(summary.unreplayable)}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The forms that parameters took, most frequent first. */
export function shapesText(shapes: readonly ShapeSummary[]): string {
  const rows = shapes
    .slice(0, MOST_ROWS)
    .map((each) => [each.method, whole(each.kept), whole(each.traffic), each.parameters]);
  const lines = [
    ...table(["method", "kept", "traffic", "parameters"], rows),
    ...more(shapes.length, "shapes"),
  ];
  return `\n${lines.join("\n")}\n`;
}

function unreadLine({ unread }: RecordingSummary): string[] {
  if (unread === null) return [];
  const { minutes, connections, bytes } = unread;
  return [
    `Beside that ${whole(bytes)} bytes of ${whole(connections)} connections passed unread, in ${whole(minutes)} minutes: no count or share below holds them.`,
  ];
}

function timeLine({ facts, ratePerSecond }: RecordingSummary): string {
  if (facts.firstAt === null || facts.lastAt === null) return "No exchanges.";
  const rate = ratePerSecond === null ? "" : `, ${ratePerSecond.toFixed(1)} exchanges a second`;
  return `${new Date(facts.firstAt).toISOString()} to ${new Date(facts.lastAt).toISOString()}${rate}`;
}

function customerLines({ customers }: RecordingSummary): string[] {
  if (customers.length === 0) return ["No customers: --customer says where they stand.", ""];
  const rows = customers.slice(0, MOST_ROWS).map((row) => [
    row.customer,
    whole(row.kept),
    interval(row.traffic),
    row.methods
      .slice(0, MOST_CUSTOMER_METHODS)
      .map((each) => `${each.method} ${interval(each.traffic)}`)
      .join(", "),
  ]);
  return [
    ...table(["customer", "kept", "traffic (95 %)", "mostly"], rows),
    ...more(customers.length, "customers"),
    "",
  ];
}

function more(length: number, noun: string): string[] {
  return length > MOST_ROWS
    ? [`and ${whole(length - MOST_ROWS)} more ${noun}; --json has all`]
    : [];
}

function interval({ estimate, lower, upper }: CountEstimate): string {
  return lower === upper
    ? whole(estimate)
    : `${whole(estimate)} (${whole(lower)} to ${whole(upper)})`;
}

function pairs(all: Readonly<Record<string, number>>): string {
  const text = Object.entries(all).map(([name, value]) => `${name} ${whole(value)}`);
  return text.length === 0 ? "none" : text.join(", ");
}

/** Columns: the first and the last to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => {
        const isText = column === 0 || TEXT_COLUMNS.has(head[column] ?? "");
        return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
      })
      .join("  ")
      .trimEnd(),
  );
}
