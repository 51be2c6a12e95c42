import { Counter, Gauge, Registry } from "prom-client";
import type { JsonObject } from "../model/json.ts";
import { SEVERITIES } from "../model/kinds.ts";
import type { RunFacts } from "../model/run.ts";
import type { Course } from "../runs/windows/series.ts";
import type { VerdictSource } from "./judgement.ts";

const VERDICTS = ["pass", "fail", "inconclusive"] as const;
const STATES = ["same", "different", "uncomparable", "skipped"] as const;

/** What a run, live or finished, has to say to Prometheus. Every row is there from the start, at zero; no customer is a label. */
export function verdictMetrics(
  source: VerdictSource,
  window: string | null,
  courses: () => readonly Course[],
): Registry {
  const registry = new Registry();
  const add = metricAdder(registry);
  add(
    "gauge",
    "verdict",
    "1 for the verdict that stands, 0 for the others.",
    ["verdict"],
    (row) => {
      const { verdict } = source.judge(window).verdict;
      for (const known of VERDICTS) row(Number(known === verdict), { verdict: known });
    },
  );
  add("gauge", "window_calls", "Calls of the judged window by state.", ["state"], (row) => {
    const counts = source.judge(window).judged?.facts.counts;
    for (const state of STATES) row(counts?.[state] ?? 0, { state });
  });
  add(
    "gauge",
    "window_findings",
    "Findings of the judged window.",
    ["severity", "status"],
    (row) => {
      const findings = source.judge(window).judged?.findings ?? [];
      for (const severity of SEVERITIES) {
        for (const status of ["new", "accepted", "grown", "expired"] as const) {
          const own = findings.filter((one) => one.severity === severity && one.status === status);
          row(own.length, { severity, status });
        }
      }
    },
  );
  add(
    "gauge",
    "window_age_seconds",
    "Since the newest comparison; -1 where there is none.",
    [],
    (row) => {
      row(source.judge(window).ageSeconds ?? -1, {});
    },
  );
  const all = (): RunFacts | undefined => source.judge(null).judged?.facts;
  add("counter", "comparisons_total", "Calls by what became of them.", ["state"], (row) => {
    const counts = all()?.counts;
    for (const state of STATES) row(counts?.[state] ?? 0, { state });
  });
  add("counter", "method_comparisons_total", "The same by method.", ["method", "state"], (row) => {
    for (const facts of all()?.methods ?? [])
      for (const state of STATES) row(facts[state], { method: facts.method, state });
  });
  add(
    "counter",
    "mismatched_total",
    "Calls with a finding, by its severity.",
    ["severity"],
    (row) => {
      const findings = source.judge(null).judged?.findings ?? [];
      for (const severity of SEVERITIES) {
        const own = findings.filter((one) => one.severity === severity);
        row(
          own.reduce((sum, { calls }) => sum + calls, 0),
          { severity },
        );
      }
    },
  );
  add(
    "counter",
    "not_compared_total",
    "Calls not compared, by reason.",
    ["state", "reason"],
    (row) => {
      const byReason = new Map<string, number>([
        ["uncomparable head-moved", 0],
        ["skipped writes", 0],
      ]);
      for (const { state, reason, calls } of all()?.notCompared ?? [])
        byReason.set(`${state} ${reason}`, (byReason.get(`${state} ${reason}`) ?? 0) + calls);
      for (const [key, calls] of byReason) {
        const [state = "", reason = ""] = key.split(" ");
        row(calls, { state, reason });
      }
    },
  );
  addLive(add, courses);
  return registry;
}

const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What only live runs have: how the shadow itself stands. Several candidates are numbered from 1. */
function addLive(add: AddMetric, courses: () => readonly Course[]): void {
  const live = (of: (status: JsonObject, run: string) => void): void =>
    courses().forEach(({ status }, index) => of(status ?? {}, String(index + 1)));
  const gauge = (name: string, help: string, of: (status: JsonObject) => number): void =>
    add("gauge", name, help, ["run"], (row) => live((status, run) => row(of(status), { run })));
  gauge("candidate_up", "1 while the candidate answers.", (status) =>
    Number(status["candidate"] === "answers"),
  );
  gauge(
    "lag_seconds",
    "How long the oldest call has waited for the candidate.",
    (status) => Number(status["lagMs"] ?? 0) / 1_000,
  );
  gauge("queue_items", "Calls that wait for the candidate.", (status) =>
    Number(status["queueItems"] ?? 0),
  );
  gauge("queue_bytes", "Bytes that wait for the candidate.", (status) =>
    Number(status["queueBytes"] ?? 0),
  );
  gauge("blocks_behind", "Blocks that the candidate's head is behind old's.", (status) => {
    const { old, candidate } = (status["heads"] ?? {}) as { old?: number; candidate?: number };
    return typeof old === "number" && typeof candidate === "number" ? old - candidate : 0;
  });
  gauge(
    "events_late_seconds",
    "How much later than old's the candidate's subscription events came: 99th percentile of the last thousand.",
    (status) => ((status["events"] as { p99?: number } | undefined)?.p99 ?? 0) / 1_000,
  );
  add("counter", "seen_total", "Exchanges that passed.", ["run"], (row) =>
    live((status, run) => row(Number(ledgerOf(status)["seen"] ?? 0), { run })),
  );
  add(
    "counter",
    "lost_total",
    "Exchanges that passed and were not compared, by reason.",
    ["run", "reason"],
    (row) =>
      live((status, run) => {
        const dropped = {
          ...ZERO_LOSSES,
          ...(ledgerOf(status)["dropped"] as JsonObject | undefined),
        };
        for (const [reason, exchanges] of Object.entries(dropped)) row(exchanges, { run, reason });
      }),
  );
  add(
    "counter",
    "old_live_requests_total",
    "Requests of clients to old, since the comparer began.",
    ["run"],
    (row) => live((status, run) => row(Number(status["liveRequests"] ?? 0), { run })),
  );
  add(
    "counter",
    "old_extra_requests_total",
    "Requests of ours to old beside them.",
    ["run"],
    (row) => live((status, run) => row(Math.max(0, Number(status["extraRequests"] ?? 0)), { run })),
  );
  // prom-client's own histogram can't be given counts that were kept elsewhere: its three families are written as counters.
  add(
    "counter",
    "latency_seconds_bucket",
    "Live requests by time and side.",
    ["run", "side", "le"],
    (row) =>
      courses().forEach(({ latency }, index) => {
        for (const side of ["old", "candidate"] as const) {
          for (const bound of [...BOUNDS_S, Infinity]) {
            const calls = latency[side].reduce(
              (sum, [ms, own]) => (ms <= bound * 1_000 ? sum + own : sum),
              0,
            );
            row(calls, {
              run: String(index + 1),
              side,
              le: bound === Infinity ? "+Inf" : String(bound),
            });
          }
        }
      }),
  );
  add(
    "counter",
    "latency_seconds_count",
    "Live requests that were timed, by side.",
    ["run", "side"],
    (row) =>
      courses().forEach(({ latency }, index) => {
        for (const side of ["old", "candidate"] as const)
          row(
            latency[side].reduce((sum, [, own]) => sum + own, 0),
            { run: String(index + 1), side },
          );
      }),
  );
}

const ZERO_LOSSES = {
  "queue-full": 0,
  "too-old": 0,
  "sampled-out": 0,
  "comparer-down": 0,
  "capture-overflow": 0,
};

function ledgerOf(status: JsonObject): JsonObject {
  return (status["ledger"] ?? {}) as JsonObject;
}

type Row = (value: number, labels: Readonly<Record<string, string>>) => void;
type AddMetric = (
  kind: "gauge" | "counter",
  name: string,
  help: string,
  labelNames: string[],
  collect: (row: Row) => void,
) => void;

function metricAdder(registry: Registry): AddMetric {
  return (kind, name, help, labelNames, collect) => {
    const options = { name: `shadowdiff_${name}`, help, labelNames, registers: [] };
    registry.registerMetric(
      kind === "gauge"
        ? new Gauge({
            ...options,
            collect() {
              this.reset();
              collect((value, labels) => this.set(labels, value));
            },
          })
        : new Counter({
            ...options,
            collect() {
              this.reset();
              collect((value, labels) => this.inc(labels, value));
            },
          }),
    );
  };
}
