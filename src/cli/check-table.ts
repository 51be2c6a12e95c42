import type { JsonValue } from "../model/json.ts";
import type { TargetFacts } from "../model/run.ts";
import { lowestHead, type CheckResult } from "../replay/check/check.ts";
import { lagText } from "../replay/heads/lag.ts";
import { whole } from "../words.ts";
import { wrapped } from "./command-lines.ts";

/** What a node can do, as people say it; what is not named here is said by its own words. */
const LABELS: Readonly<Record<string, string>> = {
  head: "head block",
  gasCap: "gas for a call",
  batchLimit: "calls in a batch",
  logRangeLimit: "blocks in a log query",
  oldestState: "state from block",
  receiptsFromBlock1: "receipts of block 1",
  logsFromBlock1: "logs of block 1",
  finalizedTag: "safe and finalized",
  webSocket: "WebSocket",
};
const LABEL_WIDTH = 23;
const CELL_WIDTH = 26;

/** What a check found, for people: a table at 80 columns, what differs marked, and what that means. */
export function checkTable(result: CheckResult): string {
  const { chain, network, old, candidate, differences } = result;
  const targets = [
    ...old.map((facts) => ({ side: "old", facts })),
    ...candidate.map((facts) => ({ side: "candidate", facts })),
  ];
  const lines = [
    `Network: ${chain}, chain id ${network.chainId}`,
    `Genesis: ${network.genesisHash ?? "unknown"}`,
    ...targets.map(({ side, facts }) => `${side.padEnd(10)}${facts.url}`),
    "",
    ...(old.length === 1 && candidate.length === 1
      ? table(old[0]!, candidate[0]!)
      : targets.flatMap(({ side, facts }) => list(side, facts))),
    "",
  ];
  const heads = { old: lowestHead(old), candidate: lowestHead(candidate) };
  if (heads.old !== null && heads.candidate !== null)
    lines.push(`Heads: ${lagText(heads) ?? `both stand at block ${whole(heads.old)}`}`);
  if (differences.length === 0) lines.push("No difference of configuration was found.");
  for (const { capability, old: before, candidate: after, effect } of differences) {
    lines.push(`≠ ${labelOf(capability)}`);
    for (const line of [`old: ${said(before)}`, `candidate: ${said(after)}`, `${effect}.`])
      lines.push(wrapped(line, "  ", "    "));
  }
  return `${lines.join("\n")}\n`;
}

function table(old: TargetFacts, candidate: TargetFacts): string[] {
  const names = new Set([...Object.keys(old.capabilities), ...Object.keys(candidate.capabilities)]);
  const rows = [...names].map((name) => {
    const [before, after] = [old.capabilities[name], candidate.capabilities[name]];
    // Heads differ all the time: the line below says whether it matters.
    const differs = name !== "head" && JSON.stringify(before) !== JSON.stringify(after);
    return row(differs ? "≠" : " ", labelOf(name), said(before), said(after));
  });
  return [
    row(" ", "", "old", "candidate"),
    row(" ", "version", said(old.clientVersion), said(candidate.clientVersion)),
    ...rows,
  ].flat();
}

function row(mark: string, label: string, old: string, candidate: string): string[] {
  const [left, right] = [cell(old), cell(candidate)];
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, index) => {
    const start = index === 0 ? `${mark} ${label}` : "";
    const first = (left[index] ?? "").padEnd(CELL_WIDTH);
    return `${start.padEnd(LABEL_WIDTH + 2)}${first}  ${right[index] ?? ""}`.trimEnd();
  });
}

/** A word that is wider than its cell, such as a version with its platform, is broken. */
function cell(text: string): string[] {
  const words = text.replaceAll(new RegExp(`\\S{${CELL_WIDTH}}(?=\\S)`, "g"), "$& ");
  return wrapped(words, "", "", CELL_WIDTH).split("\n");
}

/** Several nodes a side are listed one below the other. */
function list(side: string, { url, clientVersion, capabilities }: TargetFacts): string[] {
  const facts = Object.entries(capabilities).map(([name, value]) =>
    wrapped(`${labelOf(name)}: ${said(value)}`, "  ", "    "),
  );
  return [`${side} ${url}`, `  version: ${said(clientVersion)}`, ...facts];
}

function labelOf(capability: string): string {
  return (
    LABELS[capability] ??
    capability.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim()
  );
}

function said(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "unknown";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return whole(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(said).join(", ");
  // What a node says of itself reaches the terminal: it must not steer it.
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/\p{Cc}/gu, "�");
}
