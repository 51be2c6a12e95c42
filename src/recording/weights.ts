import type Database from "better-sqlite3";

interface Stratum {
  readonly window: number;
  readonly method: number;
  readonly seen: number;
  readonly forced: number;
  /** Sum of 1 / threshold over the exchanges that sampling kept. */
  readonly inverse: number;
  readonly threshold: number;
}

/**
 * How many exchanges each stored one stands for (1 / probability). Within a window and method, the kept ones share what was
 * seen in proportion to the inverse of the threshold that let each in: the estimator of bottom-k sampling, calibrated to
 * the exact count. First ones of their kind stand for themselves. The view exchange_weights says the same in SQL.
 */
export function weightsOf(
  database: Database.Database,
): (row: { window: number; method: number; customer: string | null; forced: number }) => number {
  const customerThresholds = new Map<string, number>();
  const capped = database
    .prepare<[], { window: number; token: string; threshold: number }>(
      `SELECT w."window", c.token, w.threshold FROM window_customers w JOIN customers c ON c.id = w.customer
       WHERE w.threshold < 1`,
    )
    .all();
  for (const { window, token, threshold } of capped)
    customerThresholds.set(`${window} ${token}`, threshold);
  /** By window, then method. */
  const strata = new Map<number, Map<number, Stratum>>();
  const rows = database
    .prepare<[], Stratum>(
      `SELECT w."window", w.method, w.seen, w.forced, w.threshold, coalesce(s.inverse, 0) AS inverse
       FROM window_methods w LEFT JOIN (
         SELECT e."window", e.method,
           sum(CASE WHEN e.forced = 1 THEN 0.0 ELSE 1.0 / min(m.threshold, coalesce(c.threshold, 1.0)) END) AS inverse
         FROM exchanges e JOIN window_methods m ON m."window" = e."window" AND m.method = e.method
         LEFT JOIN window_customers c ON c."window" = e."window" AND c.customer = e.customer AND c.threshold < 1
         GROUP BY e."window", e.method) s ON s."window" = w."window" AND s.method = w.method`,
    )
    .all();
  for (const row of rows) {
    const ofWindow = strata.get(row.window) ?? new Map<number, Stratum>();
    strata.set(row.window, ofWindow.set(row.method, row));
  }
  return (row) => {
    const stratum = strata.get(row.window)?.get(row.method);
    if (row.forced === 1 || stratum === undefined || stratum.inverse === 0) return 1;
    const threshold = Math.min(
      stratum.threshold,
      row.customer === null ? 1 : (customerThresholds.get(`${row.window} ${row.customer}`) ?? 1),
    );
    return Math.max(1, (stratum.seen - stratum.forced) / threshold / stratum.inverse);
  };
}
