import { run, open, CLEAN, type Row } from "./row.ts";

/** Numbers that are none. */
export const NUMBERS: readonly Row[] = [
  {
    name: "NaN in the counts",
    facts: run([], { counts: { ...CLEAN.counts, compared: Number.NaN } }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "NaN in a method's weight",
    facts: run([], {
      methods: CLEAN.methods.map((method) => ({ ...method, comparedWeight: Number.NaN })),
    }),
    ...open,
    because: ["run.inconsistent", "limit.mismatchRate"],
  },
  {
    name: "infinite weight",
    facts: run([], { methods: CLEAN.methods.map((method) => ({ ...method, weight: Infinity })) }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "negative counts",
    facts: run([], { counts: { ...CLEAN.counts, skipped: -5, calls: CLEAN.counts.calls - 5 } }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "counts that do not add up",
    facts: run([], { counts: { ...CLEAN.counts, same: 7 } }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "methods that lack the calls of the run",
    facts: run([], { methods: CLEAN.methods.slice(0, 1) }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "weights of zero",
    facts: run([], {
      methods: CLEAN.methods.map((method) => ({
        ...method,
        weight: 0,
        comparedWeight: 0,
        weightSquares: 0,
      })),
    }),
    ...open,
    because: ["run.inconsistent", "limit.mismatchRate"],
  },
];
