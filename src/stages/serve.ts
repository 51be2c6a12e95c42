import { statSync } from "node:fs";
import type { Server } from "node:http";
import path from "node:path";
import { acceptedPath } from "../config/files/accepted-file.ts";
import { parseWindow } from "../config/window.ts";
import { messageOf, ShadowdiffError } from "../errors.ts";
import { noticesPath } from "../notice/store/open.ts";
import { listen, urlOf, type Listen } from "../record/path/listening.ts";
import { RUN_FILE } from "../runs/open.ts";
import type { Access } from "../serve/access.ts";
import { alertSender, type AlertTargets } from "../serve/alerts/send.ts";
import { watchAlerts } from "../serve/alerts/watch.ts";
import { createAgent, type Agent } from "../serve/agent.ts";
import type { AgentPolicy } from "../serve/agent-line.ts";
import { agentMemory, appendEvent } from "../serve/beside-run.ts";
import { createRouteServer, json, send, verdictRoutes, type Route } from "../serve/http.ts";
import { undecided, worstOf, type Judgement, type VerdictSource } from "../serve/judgement.ts";
import { verdictMetrics } from "../serve/metrics.ts";
import { NO_COURSE, readCourse, type Course } from "../runs/windows/series.ts";
import { pageRoutes } from "../serve/page/routes.ts";
import { judgeEvidence, readEvidence, type Evidence, type JudgingRequest } from "./judge-runs.ts";

export interface Serving {
  readonly judging: Omit<JudgingRequest, "now" | "window">;
  /** For what asks without naming one: the agent, the metrics. */
  readonly window: string | null;
  /** The run may come later. */
  readonly wait?: boolean;
  /** Runs are judged each by itself, not as one. */
  readonly each?: boolean;
  readonly listen: Listen;
  readonly access: Access;
  readonly agent: { readonly listen: Listen; readonly policy: AgentPolicy } | null;
  /** Whom to tell of what turns, or null for nobody. */
  readonly alerts?: {
    readonly targets: AlertTargets;
    readonly quietMs: number;
    readonly everyMs: number;
    readonly note: (text: string) => void;
  } | null;
  readonly now: () => Date;
}

export interface Served {
  readonly url: string;
  readonly agentUrl: string | null;
  stop(): Promise<void>;
}

/** Serves the verdict of finished runs: over HTTP, and to HAProxy's agent-check. */
export async function startServing(serving: Serving): Promise<Served> {
  const { judging, window, now } = serving;
  const [first = ""] = judging.runs.map((run) => path.resolve(judging.cwd, run));
  const source =
    serving.each === true
      ? worstOf(
          judging.runs.map((run) => runSource({ ...judging, runs: [run] }, now)),
          now,
        )
      : worstOf([runSource(judging, now)], now);
  // What can't be judged at all is told at the start, not by the first engine that asks.
  if (serving.wait !== true) readEvidence({ ...judging, now: now() });
  const resolved = judging.runs.map((run) => path.resolve(judging.cwd, run));
  // Of several runs that are judged as one, none has the course of all.
  const folders = serving.each === true || resolved.length === 1 ? resolved : [];
  const course = rememberedCourses(now);
  const registry = verdictMetrics(source, window, () =>
    folders.map((folder) => course(folder, Infinity)),
  );
  const routes: Route[] = [
    ...verdictRoutes(source, window, (body) => appendEvent(first, body, now())),
    {
      verb: "GET",
      path: "/healthz",
      open: true,
      answer: ({ response }) => json(response, 200, { status: "ok" }),
    },
    {
      verb: "GET",
      path: "/metrics",
      async answer({ response }) {
        send(response, 200, registry.contentType, await registry.metrics());
      },
    },
    ...pageRoutes({ source, folders, window, course, now }),
  ];
  const server = createRouteServer(routes, serving.access);
  await listen(server, serving.listen, "--listen");
  const agent =
    serving.agent === null
      ? null
      : createAgent(source, window, serving.agent.policy, agentMemory(first));
  if (agent !== null && serving.agent !== null) {
    await listen(agent.server, serving.agent.listen, "--agent").catch((error: unknown) => {
      server.close();
      throw error;
    });
  }
  const { alerts = null } = serving;
  const endAlerts =
    alerts === null
      ? []
      : folders.map((folder, index) =>
          watchAlerts({
            ...alerts,
            source: {
              judge: (text) => source.judge(text, serving.each === true ? String(index + 1) : null),
            },
            window,
            folder,
            course: () => course(folder, Infinity),
            sender: alertSender(alerts.targets),
            now,
          }),
        );
  return {
    url: urlOf(server),
    agentUrl: agent === null ? null : urlOf(agent.server).replace("http:", "tcp:"),
    async stop() {
      await Promise.all(endAlerts.map((end) => end()));
      await stopAll(server, agent);
    },
  };
}

/** Courses of runs, read anew at most once a second each. Empty where there is no run, or none that can be read. */
function rememberedCourses(now: () => Date): (folder: string, from: number) => Course {
  const known = new Map<string, { at: number; course: Course }>();
  return (folder, from) => {
    const at = now().getTime();
    const minute = from === Infinity ? from : Math.floor(from / 60_000);
    const key = `${minute} ${folder}`;
    const before = known.get(key);
    if (before !== undefined && Math.abs(at - before.at) < COURSE_MS) return before.course;
    let course: Course = NO_COURSE;
    try {
      course = readCourse(folder, from);
    } catch {
      // There is no run yet; the verdict says so.
    }
    if (known.size >= WINDOWS) known.clear();
    known.set(key, { at, course });
    return course;
  };
}

const COURSE_MS = 1_000;

async function stopAll(server: Server, agent: Agent | null): Promise<void> {
  agent?.close();
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** A verdict is made anew at most so often, and takes at most a tenth of the time: who asks in between gets the same one. */
const FRESH_MS = 200;
const REST = 10;
/** Windows that are remembered; a query may name any. */
const WINDOWS = 16;

interface Known {
  stamp: string;
  evidence: Evidence;
  at: number;
  freshMs: number;
  judgement: Judgement;
}

/** Reads runs again when a file of theirs changed, and judges them by the time at which it is asked. */
export function runSource(
  judging: Omit<JudgingRequest, "now" | "window">,
  now: () => Date,
): VerdictSource {
  const known = new Map<string, Known>();
  const files = filesOf(judging);
  return {
    judge(text) {
      const at = now();
      const window = text === null ? null : parseWindow(text);
      if (text !== null && window === null) {
        const shown = JSON.stringify(text.slice(0, 40));
        return undecided("request.window", `${shown} is no window such as 1h or a moment`, at);
      }
      const key = text ?? "";
      const before = known.get(key);
      if (before !== undefined && Math.abs(at.getTime() - before.at) < before.freshMs)
        return before.judgement;
      const startedAt = performance.now();
      try {
        const stamp = stampOf(files);
        // A window's beginning moves on though its files may not.
        const same = window === null && before?.stamp === stamp;
        const evidence = same ? before.evidence : readEvidence({ ...judging, window, now: at });
        const judgement = judgementOf(evidence, at);
        known.delete(key);
        const freshMs = Math.max(FRESH_MS, REST * (performance.now() - startedAt));
        known.set(key, { stamp, evidence, at: at.getTime(), freshMs, judgement });
        if (known.size > WINDOWS) known.delete([...known.keys()][0] ?? "");
        return judgement;
      } catch (error) {
        const why = error instanceof ShadowdiffError ? error.message : messageOf(error);
        return undecided("run.unreadable", why, at);
      }
    },
  };
}

function judgementOf(evidence: Evidence, now: Date): Judgement {
  const { judged } = judgeEvidence(evidence, now);
  const newest = Date.parse(judged.facts.finishedAt ?? judged.facts.header.createdAt);
  return {
    verdict: judged.verdict,
    generatedAt: now.toISOString(),
    windowStart: new Date(evidence.start).toISOString(),
    ageSeconds: Math.max(0, Math.round((now.getTime() - newest) / 1_000)),
    judged,
  };
}

/** What a verdict rests on: the runs, the accepted findings, the customers' answers. */
function filesOf({ runs, since, accepted, cwd }: Omit<JudgingRequest, "now">): string[] {
  const folders = [...runs, ...(since === null ? [] : [since])].map((run) =>
    path.resolve(cwd, run),
  );
  return [
    ...folders.flatMap((folder) => [
      path.join(folder, RUN_FILE),
      path.join(folder, `${RUN_FILE}-wal`),
      noticesPath(folder),
      `${noticesPath(folder)}-wal`,
    ]),
    ...(accepted === null ? [] : [acceptedPath(accepted, cwd)]),
  ];
}

function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? "-" : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    })
    .join("\n");
}
