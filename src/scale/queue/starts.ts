interface StartsOptions {
  readonly run: string;
  readonly ratePerSecond: number | null;
  readonly query: (text: string, values: unknown[]) => Promise<Record<string, unknown>[]>;
}

/** When exchanges may start, where all workers together have a rate. */
export interface Starts {
  due(): Promise<void> | null;
  /** Asks for more moments where few are left. */
  refill(workers: number): Promise<void>;
  /** Lets all go who wait. */
  release(): void;
}

/** A moment that is past by more is given up: catching up would be a burst. */
const LATE_MS = 20;
/** A start may come LATE_MS after its moment: a little below the rate, so that no second has more than it allows. */
const MARGIN = 0.95;
/** Moments reserved ahead. */
const AHEAD_SECONDS = 1.5;

/**
 * One timetable for all workers, kept by the database: each takes the next moments of it, so that the rate holds over all of
 * them whoever dies, and unused moments are lost, never made up for.
 */
export function createStarts({ run, ratePerSecond: ceiling, query }: StartsOptions): Starts {
  const ratePerSecond = ceiling === null ? null : ceiling * MARGIN;
  /** Moments, by this process's clock. */
  const moments: number[] = [];
  const waiting: (() => void)[] = [];
  const timers = new Map<NodeJS.Timeout, () => void>();

  const next = (): number | null => {
    for (;;) {
      const moment = moments.shift();
      if (moment === undefined) return null;
      if (moment >= performance.now() - LATE_MS) return moment;
    }
  };
  const wait = (moment: number, go: () => void): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        go();
      },
      Math.max(0, moment - performance.now()),
    );
    timers.set(timer, go);
  };
  const serve = (): void => {
    while (waiting.length > 0) {
      const moment = next();
      if (moment === null) return;
      wait(moment, waiting.shift() ?? (() => {}));
    }
  };

  return {
    due() {
      if (ratePerSecond === null) return null;
      return new Promise((resolve) => {
        const moment = next();
        if (moment === null) waiting.push(resolve);
        else wait(moment, resolve);
      });
    },
    async refill(workers) {
      if (ratePerSecond === null) return;
      const wanted = Math.ceil((ratePerSecond * AHEAD_SECONDS) / Math.max(1, workers));
      const count = wanted - moments.length;
      if (count <= 0) return;
      const [row] = await query(RESERVE, [run, count / ratePerSecond]);
      // The later end of when the database may have looked at its clock: never early.
      const offset = Number(row?.["ms"] ?? 0);
      const base = performance.now();
      for (let index = 0; index < count; index += 1)
        moments.push(base + offset + (index * 1_000) / ratePerSecond);
      serve();
    },
    release() {
      for (const [timer, go] of timers) {
        clearTimeout(timer);
        go();
      }
      timers.clear();
      for (const go of waiting.splice(0)) go();
    },
  };
}

/** Takes a span of the timetable; gives in how many ms it begins. */
const RESERVE = `
UPDATE shadowdiff.runs SET next_start = greatest(next_start, clock_timestamp()) + make_interval(secs => $2)
WHERE id = $1
RETURNING extract(epoch FROM next_start - make_interval(secs => $2) - clock_timestamp())::float8 * 1000 AS ms`;
