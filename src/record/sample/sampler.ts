import type { StratumCount, WindowCounts } from "../../model/recording.ts";
import { isKnownMethod } from "./known-methods.ts";
import { Reservoir } from "./reservoir.ts";

export interface SamplingOptions {
  /** Exchanges kept of each method in each window; Infinity keeps all. */
  readonly perMethod: number;
  /** Exchanges kept of each customer in each window. */
  readonly perCustomer: number;
  /** Share of exchanges kept, 0 to 1, before the two above. */
  readonly share: number;
  /** How many of each new method, parameter shape and error code are kept whatever the above. */
  readonly firsts: number;
}

export const KEEP_ALL: SamplingOptions = {
  perMethod: Infinity,
  perCustomer: Infinity,
  share: 1,
  firsts: 3,
};

export interface Offer {
  readonly id: number;
  readonly method: string;
  readonly parameters: string;
  readonly errorCode: number | null;
  readonly customer: string | null;
}

export interface Decision {
  readonly keep: boolean;
  readonly forced: boolean;
  readonly priority: number;
  readonly window: number;
  /** The method, or `(other)` where there are more methods than any node has. */
  readonly method: string;
  /** Ids kept before that gave up their place. */
  readonly evicted: readonly number[];
}

export interface Sampler {
  /** `priority`: as drawn by `draw`; left out, one is drawn. */
  offer(exchange: Offer, priority?: number): Decision;
  /** Whether the rate keeps the next exchange, and the priority that says so: known before anything is read of it. */
  draw(): { readonly priority: number; readonly keep: boolean };
  /** Counts an exchange that the rate leaves out. False, and nothing counted, where it is the first of its kind: offer it. */
  leaveOut(exchange: Offer, priority: number): boolean;
  /** Starts a window: reservoirs are empty again. `startedAt` in Unix ms. */
  nextWindow(startedAt: number): void;
  /** Counts that changed since the last call. */
  takeCounts(): WindowCounts[];
  /** Forgets what it has seen: for a new file, which must be whole in itself. */
  reset(startedAt: number): void;
}

/** Names that clients gave and no node is known to have. Known methods are beside this number: none can be pushed out. */
const MOST_UNKNOWN_METHODS = 2_000;
/** Clients name themselves: without a bound, made-up names would fill the memory. */
const MOST_CUSTOMERS = 10_000;
/** Shapes and codes that count as new, per method: a client that varies endlessly must not get everything kept. */
const MOST_KINDS = 50;
const NONE: readonly number[] = [];

/**
 * Decides what is kept, at once and for good but for later evictions. Each exchange draws a priority; a window keeps the
 * lowest of each method and of each customer. `random` gives numbers in [0, 1); windows are numbered from `firstWindow`.
 */
export function sampler(
  options: SamplingOptions,
  random: () => number,
  startedAt: number,
  firstWindow = 1,
): Sampler {
  let window = firstWindow;
  let windowStartedAt = startedAt;
  let methods = new Map<string, Reservoir>();
  let customers = new Map<string, Reservoir>();
  let finished: WindowCounts[] = [];
  const unknownMethods = new Set<string>();
  const kinds = new Map<string, Map<string, number>>();

  const wouldBeFirst = (method: string, kind: string): boolean => {
    const known = kinds.get(method);
    const count = known?.get(kind) ?? 0;
    return count < options.firsts && (count > 0 || (known?.size ?? 0) < MOST_KINDS);
  };

  const isFirst = (method: string, kind: string): boolean => {
    let known = kinds.get(method);
    if (known === undefined) {
      known = new Map();
      kinds.set(method, known);
    }
    if (!wouldBeFirst(method, kind)) return false;
    known.set(kind, (known.get(kind) ?? 0) + 1);
    return true;
  };

  const reservoir = (
    all: Map<string, Reservoir>,
    key: string,
    size: number,
    most = Infinity,
  ): Reservoir | undefined => {
    let found = all.get(key);
    if (found === undefined) {
      if (all.size >= most) return undefined;
      found = new Reservoir(size, options.share);
      all.set(key, found);
    }
    return found;
  };

  /** The method's own name, or `(other)` past the number of invented ones. */
  const groupOf = (method: string): string => {
    if (isKnownMethod(method) || unknownMethods.has(method)) return method;
    if (unknownMethods.size >= MOST_UNKNOWN_METHODS) return "(other)";
    unknownMethods.add(method);
    return method;
  };

  const counts = (): WindowCounts => ({
    window,
    startedAt: windowStartedAt,
    methods: changedCounts(methods),
    customers: changedCounts(customers),
  });

  return {
    draw() {
      const priority = random();
      return { priority, keep: priority < options.share };
    },
    leaveOut({ id, method: rawMethod, parameters, errorCode, customer }, priority) {
      const method = groupOf(rawMethod);
      if (wouldBeFirst(method, parameters)) return false;
      if (errorCode !== null && wouldBeFirst(method, `error ${errorCode}`)) return false;
      reservoir(methods, method, options.perMethod)?.offer(id, priority);
      if (customer !== null)
        reservoir(customers, customer, options.perCustomer, MOST_CUSTOMERS)?.offer(id, priority);
      return true;
    },
    offer({ id, method: rawMethod, parameters, errorCode, customer }, drawn) {
      const method = groupOf(rawMethod);
      const newShape = isFirst(method, parameters);
      const newCode = errorCode !== null && isFirst(method, `error ${errorCode}`);
      const priority = drawn ?? random();
      const byMethod = reservoir(methods, method, options.perMethod);
      const byCustomer =
        customer === null
          ? undefined
          : reservoir(customers, customer, options.perCustomer, MOST_CUSTOMERS);
      if (newShape || newCode) {
        byMethod?.force();
        byCustomer?.force();
        return { keep: true, forced: true, priority, window, method, evicted: NONE };
      }
      // Each reservoir sees all that arrives, whatever the other one does: that keeps both thresholds honest.
      const first = byMethod?.offer(id, priority) ?? { keep: true, evicted: undefined };
      const second = byCustomer?.offer(id, priority) ?? { keep: true, evicted: undefined };
      const evicted = [first.evicted, second.evicted].filter((each) => each !== undefined);
      const keep = first.keep && second.keep;
      return { keep, forced: false, priority, window, method, evicted };
    },
    nextWindow(nextStartedAt) {
      finished.push(counts());
      window += 1;
      windowStartedAt = nextStartedAt;
      methods = new Map();
      customers = new Map();
    },
    takeCounts() {
      const all = [...finished, counts()].filter(
        (each) => each.methods.length > 0 || each.customers.length > 0,
      );
      finished = [];
      return all;
    },
    reset(nextStartedAt) {
      window = 1;
      windowStartedAt = nextStartedAt;
      methods = new Map();
      customers = new Map();
      finished = [];
      unknownMethods.clear();
      kinds.clear();
    },
  };
}

function changedCounts(reservoirs: ReadonlyMap<string, Reservoir>): StratumCount[] {
  const changed: StratumCount[] = [];
  for (const [key, reservoir] of reservoirs) {
    if (!reservoir.changed) continue;
    reservoir.changed = false;
    const { seen, forced, threshold } = reservoir;
    changed.push({ key, seen, forced, threshold });
  }
  return changed;
}
