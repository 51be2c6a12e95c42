import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AgentMemory } from "./agent.ts";

const EVENTS_FILE = "rollout-events.jsonl";
const EVENTS_BYTES = 10_000_000;
const AGENT_FILE = "agent-state.json";

/** Keeps what an engine tells of a rollout beside the run: a line an event, the oldest half of a full file forgotten. */
export function appendEvent(directory: string, body: Buffer, now: Date): void {
  const file = path.join(directory, EVENTS_FILE);
  const event: unknown = parsed(body.toString());
  appendFileSync(file, `${JSON.stringify({ at: now.toISOString(), event })}\n`);
  if (statSync(file).size <= EVENTS_BYTES) return;
  const lines = readFileSync(file, "utf8").split("\n");
  replace(file, lines.slice(Math.floor(lines.length / 2)).join("\n"));
}

/** The events, newest first, `most` at most. */
export function readEvents(directory: string, most: number): { at: string; event: unknown }[] {
  let text: string;
  try {
    text = readFileSync(path.join(directory, EVENTS_FILE), "utf8");
  } catch {
    return [];
  }
  return text
    .trimEnd()
    .split("\n")
    .slice(-most)
    .toReversed()
    .flatMap((line) => {
      const event = parsed(line);
      return typeof event === "object" && event !== null && "at" in event && "event" in event
        ? [{ at: String(event.at), event: event.event }]
        : [];
    });
}

/** The agent's last decision, so that a restart in the dark does not put a node back. */
export function agentMemory(directory: string): AgentMemory {
  const file = path.join(directory, AGENT_FILE);
  return {
    read() {
      try {
        const state = JSON.parse(readFileSync(file, "utf8")) as { line?: unknown };
        return typeof state.line === "string" && /^(?:up|down|drain)[ -~]*$/.test(state.line)
          ? state.line
          : null;
      } catch {
        return null;
      }
    },
    write(line) {
      try {
        replace(file, `${JSON.stringify({ line })}\n`);
      } catch {
        // A full disk must not keep the answer from HAProxy.
      }
    },
  };
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.slice(0, 4_096);
  }
}
