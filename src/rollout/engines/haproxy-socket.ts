import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { parse as parseCsv } from "csv-parse/sync";
import { runFailure } from "../../errors.ts";
import { shareOf, weightsFor } from "../decide/weights.ts";
import type { Engine, EngineView, SideView } from "./engine.ts";

export interface HaproxyServers {
  /** A socket's path, or HOST:PORT. */
  readonly socket: string;
  readonly backend: string;
  readonly old: readonly string[];
  readonly candidate: readonly string[];
}

/** The runtime socket answers at once; weights that may not have moved must not count as moved. */
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** HAProxy by its runtime socket (https://docs.haproxy.org/2.6/management.html#9.3): weights in percent of both sides, sessions closed. */
export function haproxySocket(servers: HaproxyServers): Engine {
  const { socket, backend, old, candidate } = servers;
  const counts = { old: old.length, candidate: candidate.length };
  const set = async (
    weights: { old: number; candidate: number },
    first: "old" | "candidate",
  ): Promise<void> => {
    const sides = [
      weightLines(backend, old, weights.old),
      weightLines(backend, candidate, weights.candidate),
    ];
    // Who gets more traffic is told first: at no moment do all servers stand at zero.
    for (const line of (first === "old" ? sides : sides.reverse()).flat()) await tell(socket, line);
  };
  return {
    look: () => lookAt(servers),
    async set(weight) {
      await set(weightsFor(weight, counts), weight > 0 ? "candidate" : "old");
    },
    async drop(drainMs) {
      await set(weightsFor(0, counts), "old");
      await pause(drainMs);
      for (const name of candidate)
        await tell(socket, `shutdown sessions server ${backend}/${name}`);
    },
    close: () => Promise.resolve(),
  };
}

function weightLines(backend: string, names: readonly string[], weight: number): string[] {
  return names.map((name) => `set server ${backend}/${name} weight ${weight}`);
}

/** Both sides as `show stat` counts them. */
export async function lookAt({
  socket,
  backend,
  old,
  candidate,
}: HaproxyServers): Promise<EngineView> {
  const text = await ask(socket, "show stat");
  const rows = parseCsv(text.replace(/^# /, ""), {
    columns: true,
    relax_column_count: true,
    skip_empty_lines: true,
  }) as unknown as Record<string, string>[];
  const own = new Map(
    rows.filter((row) => row["pxname"] === backend).map((row) => [row["svname"], row]),
  );
  const row = (name: string): Record<string, string> => {
    const found = own.get(name);
    if (found === undefined) throw runFailure(`HAProxy has no server ${backend}/${name}.`);
    return found;
  };
  const side = (names: readonly string[]): SideView => ({
    up: names.filter((name) => /^(?:UP|no check)/.test(row(name)["status"] ?? "")).length,
    total: names.length,
    requests: sum(names, (name) => row(name)["stot"]),
    errors:
      sum(names, (name) => row(name)["hrsp_5xx"]) +
      sum(names, (name) => row(name)["econ"]) +
      sum(names, (name) => row(name)["eresp"]),
  });
  const weight = (names: readonly string[]): number =>
    sum(names, (name) => row(name)["weight"]) / Math.max(1, names.length);
  const weights = { old: weight(old), candidate: weight(candidate) };
  return {
    weight: shareOf(weights, { old: old.length, candidate: candidate.length }),
    old: side(old),
    candidate: side(candidate),
  };
}

function sum(names: readonly string[], of: (name: string) => string | undefined): number {
  return names.reduce((total, name) => total + Number(of(name) ?? 0), 0);
}

/** A command that answers with nothing where it was done; anything else is its refusal. */
async function tell(socket: string, line: string): Promise<void> {
  const answer = (await ask(socket, line)).trim();
  if (answer !== "") throw runFailure(`HAProxy refuses "${line}": ${answer.split("\n")[0]}`);
}

/** One command, one answer: HAProxy closes the connection after it. */
function ask(address: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const place = /^(.+):(\d+)$/.exec(address);
    const socket =
      place === null || address.startsWith("/")
        ? connect(address)
        : connect(Number(place[2]), place[1] ?? "127.0.0.1");
    const parts: Buffer[] = [];
    let bytes = 0;
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("no answer")));
    socket.on("connect", () => socket.write(`${line}\n`));
    socket.on("data", (part) => {
      bytes += part.length;
      if (bytes > MOST_BYTES) socket.destroy(new Error("too long an answer"));
      parts.push(part);
    });
    socket.once("error", (cause) =>
      reject(
        runFailure(`HAProxy's socket ${address} does not answer: ${cause.message}`, { cause }),
      ),
    );
    socket.once("end", () => resolve(Buffer.concat(parts).toString("utf8")));
  });
}
