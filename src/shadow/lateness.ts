/** How much later than old's the candidate's events came, ms; negative is earlier. Of the last thousand. */
export interface Lateness {
  /** Events that both sides sent, since the comparer began. */
  readonly matched: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly most: number | null;
}

/** Enough for a 99th percentile of ten values, and of the last minutes only. */
const KEPT = 1_000;

export function createLateness(): { add(ms: number): void; read(): Lateness } {
  const last: number[] = [];
  let matched = 0;
  return {
    add(ms) {
      last[matched % KEPT] = ms;
      matched++;
    },
    read() {
      const sorted = last.toSorted((a, b) => a - b);
      const at = (share: number): number | null => {
        const ms = sorted[Math.floor(share * (sorted.length - 1))];
        return ms === undefined ? null : Math.round(ms);
      };
      return { matched, p50: at(0.5), p99: at(0.99), most: at(1) };
    },
  };
}
