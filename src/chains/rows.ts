import {
  UNKNOWN_METHOD,
  type BlockPosition,
  type Drift,
  type MethodKnowledge,
} from "./knowledge.ts";

/** Short forms for the tables of methods; each row says only how it differs from a light read that is the same everywhere. */

type Row = Partial<MethodKnowledge>;

export function reads(row: Row = {}): MethodKnowledge {
  return { ...UNKNOWN_METHOD, safe: true, ...row };
}

export function writes(): MethodKnowledge {
  return { ...UNKNOWN_METHOD, writes: true };
}

/** A read of the state at a block, whose parameter may be left out for the latest one. */
export function stateAt(param: number, row: Row = {}): MethodKnowledge {
  return reads({ block: [{ param, optional: true }], state: true, ...row });
}

/** A block named by number or tag that must be there. */
export function blockAt(param: number, row: Row = {}): MethodKnowledge {
  return reads({ block: [{ param, optional: false }], ...row });
}

/** Both ends of a log filter's range; each that is missing means the latest block. */
export function range(param: number): readonly BlockPosition[] {
  return [
    { param, field: "fromBlock", optional: true },
    { param, field: "toBlock", optional: true },
  ];
}

/** Paths below `/result` whose values drift for one reason. */
export function drift(why: Drift["why"], ...paths: readonly string[]): Drift[] {
  return paths.map((path) => ({ path: `/result${path === "" ? "" : `/${path}`}`, why }));
}

/** Which items a list, or which keys a map, below `/result` holds. */
export function items(why: Drift["why"], ...paths: readonly string[]): Drift[] {
  return drift(why, ...paths).map((row) => ({ ...row, items: true }));
}

/** Such paths where null is a value as well. */
export function orNull(rows: readonly Drift[]): Drift[] {
  return rows.map((row) => ({ ...row, mayBeNull: true }));
}
