import { createServer, type Server } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { once } from "node:events";
import { runFailure } from "../../errors.ts";
import type { Engine, EngineView } from "./engine.ts";
import { lookAt, type HaproxyServers } from "./haproxy-socket.ts";

export interface AgentPlaces {
  /** HOST:PORT of each side's agent-check. */
  readonly old: string;
  readonly candidate: string;
  /** Where the runtime socket says what is there; null where only the agent is used. */
  readonly servers: HaproxyServers | null;
}

const LOOK_MS = 20;
/** Without a socket: by then every server has asked, at an agent-inter of a second or less. */
const SETTLING_MS = 2_000;

/** How long a change may take to be seen: HAProxy asks by its own `agent-inter`. */
const SEEN_WITHIN_MS = 15_000;

/**
 * HAProxy by its agent-check: it asks us, and keeps its weights where we are gone. Each side's servers ask a port of their own; a fail
 * is `down`, so that `on-marked-down shutdown-sessions` closes what is open on the new servers.
 */
export async function haproxyAgent(places: AgentPlaces): Promise<Engine> {
  let lines: { old: string; candidate: string } | null = null;
  const asked = { old: 0, candidate: 0 };
  const serve = async (side: "old" | "candidate"): Promise<Server> => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.setTimeout(5_000, () => socket.destroy());
      socket.resume();
      if (lines !== null) asked[side] += 1;
      // Before the first word of ours, HAProxy keeps what it has.
      socket.end(`${lines === null ? "up" : lines[side]}\n`);
    });
    const [, host = "127.0.0.1", port = ""] = /^(.+):(\d+)$/.exec(places[side]) ?? [];
    server.listen(Number(port), host);
    await once(server, "listening");
    return server;
  };
  const servers = [await serve("old"), await serve("candidate")];
  /** Every server asks for itself: where the socket says what is there, it is waited for that; else for some time after the first. */
  const say = async (next: { old: string; candidate: string }, wanted: number): Promise<void> => {
    lines = next;
    const before = { ...asked };
    let askedAt: number | null = null;
    for (let waited = 0; waited < SEEN_WITHIN_MS; waited += LOOK_MS) {
      const both = asked.old > before.old && asked.candidate > before.candidate;
      if (both) askedAt ??= waited;
      if (askedAt !== null) {
        const done =
          places.servers === null
            ? waited - askedAt >= SETTLING_MS
            : isThere(await lookAt(places.servers), wanted);
        if (done) return;
      }
      await pause(LOOK_MS);
    }
    throw runFailure("HAProxy does not take what its agent says: check agent-addr and agent-port.");
  };
  return {
    look(): Promise<EngineView> {
      if (places.servers === null)
        throw runFailure(
          "What HAProxy has is not known: give the engine its socket, backend and servers.",
        );
      return lookAt(places.servers);
    },
    set: (weight) => say(linesFor(weight), weight),
    drop: () => say({ old: "up ready 100%", candidate: "down #shadowdiff:rollback" }, 0),
    async close() {
      await Promise.all(
        servers.map(async (server) => {
          server.close();
          await once(server, "close");
        }),
      );
    },
  };
}

function linesFor(weight: number): { old: string; candidate: string } {
  const candidate = Math.round(weight);
  return { old: `up ready ${100 - candidate}%`, candidate: `up ready ${candidate}%` };
}

/** At 0 the new servers are down, whatever their weight. */
function isThere({ weight, candidate }: EngineView, wanted: number): boolean {
  return wanted === 0 ? candidate.up === 0 || weight === 0 : Math.abs(weight - wanted) <= 1.5;
}
