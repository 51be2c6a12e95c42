import { Gauge, Registry } from "prom-client";
import { SEVERITIES } from "../model/kinds.ts";
import type { VerdictSource } from "./judgement.ts";

const VERDICTS = ["pass", "fail", "inconclusive"] as const;
const STATES = ["same", "different", "uncomparable", "skipped"] as const;

/** What a judged run has to say to Prometheus. Every row is there from the start, at zero; no customer is a label. */
export function verdictMetrics(source: VerdictSource, window: string | null): Registry {
  const registry = new Registry();
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    collect: (gauge: Gauge) => void,
  ): void => {
    registry.registerMetric(
      new Gauge({
        name: `shadowdiff_${name}`,
        help,
        labelNames,
        registers: [],
        collect() {
          this.reset();
          collect(this);
        },
      }),
    );
  };
  gauge("verdict", "1 for the verdict that stands, 0 for the others.", ["verdict"], (row) => {
    const { verdict } = source.judge(window).verdict;
    for (const known of VERDICTS) row.set({ verdict: known }, Number(known === verdict));
  });
  gauge("window_calls", "Calls of the judged window by state.", ["state"], (row) => {
    const counts = source.judge(window).judged?.facts.counts;
    for (const state of STATES) row.set({ state }, counts?.[state] ?? 0);
  });
  gauge("window_findings", "Findings of the judged window.", ["severity", "status"], (row) => {
    const findings = source.judge(window).judged?.findings ?? [];
    for (const severity of SEVERITIES) {
      for (const status of ["new", "accepted", "grown", "expired"] as const) {
        const own = findings.filter((one) => one.severity === severity && one.status === status);
        row.set({ severity, status }, own.length);
      }
    }
  });
  gauge("window_age_seconds", "Since the newest comparison; -1 where there is none.", [], (row) => {
    row.set(source.judge(window).ageSeconds ?? -1);
  });
  return registry;
}
