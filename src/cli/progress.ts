import type { Writable } from "node:stream";
import type { Progress } from "../stages/store-run.ts";

interface ProgressOptions {
  readonly out: Writable;
  /** A bar that is drawn over on a terminal; plain lines elsewhere, as logs keep them. */
  readonly terminal: boolean;
  readonly total: number;
  readonly now: () => Date;
}

const BAR_WIDTH = 24;
const LINE_EVERY_MS = 5_000;

/** Shows how far a replay is: pairs a second, differences so far, time left. */
export function createProgress({ out, terminal, total, now }: ProgressOptions): {
  show(progress: Progress): void;
  end(): void;
} {
  const startedAt = now().getTime();
  let firstExchanges: number | null = null;
  let shownAt = 0;
  let drawn = false;
  return {
    show(progress) {
      const at = now().getTime();
      firstExchanges ??= 0;
      if (!terminal && at - shownAt < LINE_EVERY_MS) return;
      shownAt = at;
      const text = describe(progress, total, (at - startedAt) / 1_000);
      if (!terminal) out.write(`${text}\n`);
      else {
        const share = total === 0 ? 1 : Math.min(1, progress.exchanges / total);
        const full = Math.round(share * BAR_WIDTH);
        out.write(`\r\u001B[2K[${"=".repeat(full)}${" ".repeat(BAR_WIDTH - full)}] ${text}`);
        drawn = true;
      }
    },
    end() {
      if (drawn) out.write("\n");
    },
  };
}

/** `12,000 of 50,000 exchanges, 3,100 pairs/s, 12 differ, 40 uncomparable, 14 s left`. */
export function describe(progress: Progress, total: number, seconds: number): string {
  const { exchanges, calls, different, uncomparable } = progress;
  const rate = seconds > 0 ? calls / seconds : 0;
  const left = exchanges > 0 ? ((total - exchanges) * seconds) / exchanges : null;
  return [
    `${grouped(exchanges)} of ${grouped(total)} exchanges`,
    `${grouped(rate)} pairs/s`,
    `${grouped(different)} differ`,
    `${grouped(uncomparable)} uncomparable`,
    left === null ? "time left unknown" : `${duration(left)} left`,
  ].join(", ");
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
