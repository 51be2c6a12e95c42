import type { Writable } from "node:stream";
import { lagText, type Standing } from "../replay/heads/lag.ts";
import { plural, whole } from "../words.ts";
import type { Progress } from "../model/progress.ts";

interface ProgressOptions {
  readonly out: Writable;
  /** A bar that is drawn over on a terminal; plain lines elsewhere, as logs keep them. */
  readonly terminal: boolean;
  /** Width of the terminal: a longer line would wrap, and each redraw leave one behind. */
  readonly columns: number;
  readonly total: number;
  readonly now: () => Date;
}

const BAR_WIDTH = 24;
/** A bar of fewer characters shows nothing. */
const SHORTEST_BAR = 5;
const LINE_EVERY_MS = 5_000;

/** Shows how far a replay is: pairs a second, differences so far, time left. */
export function createProgress({ out, terminal, columns, total, now }: ProgressOptions): {
  show(progress: Progress): void;
  /** Where both sides stand, said with the next line. */
  stand(standing: Standing): void;
  end(): void;
} {
  const startedAt = now().getTime();
  let standing: Standing = { old: null, candidate: null };
  let shownAt = 0;
  let drawn = false;
  return {
    show(progress) {
      const at = now().getTime();
      if (!terminal && at - shownAt < LINE_EVERY_MS) return;
      shownAt = at;
      const parts = describe(progress, { total, seconds: (at - startedAt) / 1_000, standing });
      if (!terminal)
        out.write(`${parts.join(", ")}
`);
      else {
        const share = total === 0 ? 1 : Math.min(1, progress.exchanges / total);
        // The last column stays free: some terminals wrap when it is written to.
        out.write(`\r\u001B[2K${barLine(share, parts, columns - 1)}`);
        drawn = true;
      }
    },
    stand(seen) {
      standing = seen;
    },
    end() {
      if (drawn) out.write("\n");
    },
  };
}

/** As much of a bar and its text as fits: first the bar gives way, then the counts from the right, the time left last. */
export function barLine(share: number, parts: readonly string[], width: number): string {
  const kept = [...parts];
  while (kept.length > 1 && kept.join(", ").length > width)
    kept.splice(kept.length > 2 ? -2 : -1, 1);
  const text = kept.join(", ").slice(0, Math.max(0, width));
  const room = Math.min(BAR_WIDTH, width - text.length - 3);
  if (room < SHORTEST_BAR) return text;
  const full = Math.round(share * room);
  return `[${"=".repeat(full)}${" ".repeat(room - full)}] ${text}`;
}

interface Moment {
  readonly total: number;
  /** Since this process began. */
  readonly seconds: number;
  readonly standing: Standing;
}

/** `12,000 of 50,000 exchanges`, `3,100 pairs/s`, `12 differ`, `40 uncomparable`, `14 s left`, and who is behind. */
export function describe(progress: Progress, { total, seconds, standing }: Moment): string[] {
  const { exchanges, resumed, calls, different, uncomparable } = progress;
  const rate = seconds > 0 ? calls / seconds : 0;
  const fresh = exchanges - resumed;
  const left = fresh > 0 ? ((total - exchanges) * seconds) / fresh : null;
  const lag = lagText(standing);
  return [
    `${whole(exchanges)} of ${plural(total, "exchange")}`,
    `${whole(rate)} pairs/s`,
    `${whole(different)} differ`,
    `${whole(uncomparable)} uncomparable`,
    left === null ? "time left unknown" : `${duration(left)} left`,
    ...(lag === null ? [] : [lag]),
  ];
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}
