import { parseJudging } from "../src/config/judging.ts";
import { siftNoise } from "../src/judge/noise.ts";
import { regressionsOf } from "../src/judge/performance.ts";
import { weightedRate, type Base } from "../src/judge/rates.ts";
import { newcombe, wilson } from "../src/statistics/proportion.ts";
import { buildFacts } from "../test/support/facts.ts";
import { seeded } from "./support/random.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const SEED = 20_261_121;

/** How often the gate's statistics are right where the truth is known, by simulation. */
export const study = {
  name: "gate-coverage",
  summary: "coverage of the gate's intervals and error rates of its tests, by simulation",
  async run(): Promise<void> {
    const random = seeded(SEED);
    writeEvidence("gate-coverage", [
      "# Coverage of the gate's statistics",
      "",
      `${provenance("npm run study gate-coverage")} Seed ${SEED}.`,
      "",
      ...wilsonLines(random),
      ...weightedLines(random),
      ...newcombeLines(random),
      ...verdictLines(random),
      ...noiseLines(random),
      ...latencyLines(random),
    ]);
  },
};

type Random = () => number;

const DRAWS = 20_000;

/** Hits in `total` trials, by the gaps between hits: as quick for a million trials of a rare event as for ten. */
function binomial(total: number, rate: number, random: Random): number {
  if (rate <= 0) return 0;
  let hits = 0;
  let place = 0;
  for (;;) {
    place += 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - rate));
    if (place > total) return hits;
    hits += 1;
  }
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function share(times: number, holds: () => boolean): number {
  let held = 0;
  for (let time = 0; time < times; time += 1) if (holds()) held += 1;
  return held / times;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(2)} %`;
}

function wilsonLines(random: Random): string[] {
  const rows = [30, 300, 3_000, 30_000].flatMap((total) =>
    [0.0005, 0.005, 0.05, 0.5].map((rate) => {
      let above = 0;
      const covered = share(DRAWS, () => {
        const { lower, upper } = wilson(binomial(total, rate, random), total);
        if (upper < rate) above += 1;
        return lower <= rate && rate <= upper;
      });
      return `| ${total} | ${rate} | ${percent(covered)} | ${percent(above / DRAWS)} |`;
    }),
  );
  return [
    `## Wilson's interval, nominally 95 % (${DRAWS} draws each)`,
    "",
    "Coverage of a discrete quantity swings about its nominal value; what matters for a pass is the last column, how often the upper",
    "bound is below the truth (nominally 2.5 %).",
    "",
    "| calls | true rate | interval holds the truth | upper bound too low |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ];
}

/** Traffic of two kinds: common calls that sampling thinned out, and rare ones that were all kept. */
interface Stratum {
  readonly calls: number;
  readonly weight: number;
  readonly rate: number;
}

const SCHEMES: readonly { readonly name: string; readonly strata: readonly Stratum[] }[] = [
  { name: "equal weights", strata: [{ calls: 4_000, weight: 1, rate: 0.01 }] },
  {
    name: "weights 1 and 10, same rate",
    strata: [
      { calls: 2_000, weight: 1, rate: 0.01 },
      { calls: 2_000, weight: 10, rate: 0.01 },
    ],
  },
  {
    name: "weights 1 and 10, differ in the heavy ones",
    strata: [
      { calls: 2_000, weight: 1, rate: 0 },
      { calls: 2_000, weight: 10, rate: 0.02 },
    ],
  },
  {
    name: "weights 1 and 100, differ in 500 heavy ones",
    strata: [
      { calls: 10_000, weight: 1, rate: 0 },
      { calls: 500, weight: 100, rate: 0.05 },
    ],
  },
  {
    name: "weights 1 and 100, differ in the light ones",
    strata: [
      { calls: 10_000, weight: 1, rate: 0.05 },
      { calls: 500, weight: 100, rate: 0 },
    ],
  },
];

function sampled(strata: readonly Stratum[]): Base {
  const sum = (of: (stratum: Stratum) => number): number =>
    strata.reduce((total, one) => total + of(one), 0);
  return {
    compared: sum((one) => one.calls),
    weight: sum((one) => one.calls * one.weight),
    weightSquares: sum((one) => one.calls * one.weight ** 2),
  };
}

function weightedLines(random: Random): string[] {
  const rows = SCHEMES.map(({ name, strata }) => {
    const base = sampled(strata);
    const truth =
      strata.reduce((total, { calls, weight, rate }) => total + calls * weight * rate, 0) /
      base.weight;
    let effective = 0;
    const covered = share(DRAWS, () => {
      const hits = strata.map(({ calls, weight, rate }) => {
        const count = binomial(calls, rate, random);
        return { calls: count, weight: count * weight, weightSquares: count * weight ** 2 };
      });
      const seen = weightedRate(hits, base);
      effective += seen.effective;
      return seen.lower <= truth && truth <= seen.upper;
    });
    const kish = base.weight ** 2 / base.weightSquares;
    return `| ${name} | ${base.compared} | ${Math.round(kish)} | ${Math.round(effective / DRAWS)} | ${percent(covered)} |`;
  });
  return [
    `## Weighted rates, nominally 95 % (${DRAWS} draws each)`,
    "",
    "| sample | calls | Kish's size | effective size used (mean) | interval holds the truth |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ];
}

function newcombeLines(random: Random): string[] {
  const rows = [
    { before: 0.001, after: 0.001, total: 3_000 },
    { before: 0.05, after: 0.05, total: 300 },
    { before: 0.001, after: 0.01, total: 3_000 },
  ].map(({ before, after, total }) => {
    let grown = 0;
    const covered = share(DRAWS, () => {
      const { lower, upper } = newcombe(
        { hits: binomial(total, before, random), total },
        { hits: binomial(total, after, random), total },
      );
      if (lower > 0) grown += 1;
      return lower <= after - before && after - before <= upper;
    });
    return `| ${before} | ${after} | ${total} | ${percent(covered)} | ${percent(grown / DRAWS)} |`;
  });
  return [
    `## Newcombe's interval: has an accepted finding grown? (${DRAWS} draws each)`,
    "",
    "| rate then | rate now | calls each | interval holds the truth | called grown |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ];
}

function verdictLines(random: Random): string[] {
  const limit = 0.005;
  const rows = [300, 3_000, 30_000].flatMap((total) =>
    [0, 0.001, 0.0025, 0.005, 0.0075, 0.01].map((rate) => {
      const said = { pass: 0, inconclusive: 0, fail: 0 };
      for (let draw = 0; draw < DRAWS; draw += 1) {
        const seen = wilson(binomial(total, rate, random), total);
        said[seen.rate > limit ? "fail" : seen.upper > limit ? "inconclusive" : "pass"] += 1;
      }
      const [pass, open, fail] = [said.pass, said.inconclusive, said.fail].map((count) =>
        percent(count / DRAWS),
      );
      return `| ${total} | ${rate} | ${pass} | ${open} | ${fail} |`;
    }),
  );
  return [
    `## limit.mismatchRate 0.005: what is said of a true rate (${DRAWS} draws each)`,
    "",
    "A true rate above the limit must hardly ever pass.",
    "",
    "| calls | true rate | pass | inconclusive | fail |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ];
}

const RUNS = 2_000;
const PATHS = 40;

function noiseLines(random: Random): string[] {
  const settings = parseJudging({}).noise;
  const paths = Array.from(
    { length: PATHS },
    (_, index) =>
      `/result/field${String.fromCodePoint(97 + (index % 26))}${"x".repeat(Math.floor(index / 26))}`,
  );
  const facts = buildFacts(
    paths.map((at) => ({
      method: "eth_call",
      count: 1,
      findings: [{ kind: "value-changed", path: at }],
    })),
  );
  const rows = [
    { name: "old and candidate equally noisy", calls: 200, control: 0.05, candidate: 0.05 },
    { name: "candidate half as noisy again", calls: 200, control: 0.05, candidate: 0.075 },
    { name: "candidate four times as noisy", calls: 200, control: 0.05, candidate: 0.2 },
    { name: "candidate always differs", calls: 30, control: 0.05, candidate: 1 },
  ].map(({ name, calls, control, candidate }) => {
    let kept = 0;
    const any = share(RUNS, () => {
      const noise = paths.map((at) => {
        const drawn = { candidateOnly: 0, controlOnly: 0, both: 0 };
        for (let call = 0; call < calls; call += 1) {
          const one = random() < candidate;
          const other = random() < control;
          if (one && other) drawn.both += 1;
          else if (one) drawn.candidateOnly += 1;
          else if (other) drawn.controlOnly += 1;
        }
        // A path whose control happened to repeat in every call is not tested: it would stand on its own.
        if (drawn.controlOnly + drawn.both === 0) drawn.controlOnly = 1;
        return { method: "eth_call", path: at, kind: "value-changed" as const, ...drawn };
      });
      const survivors = siftNoise({ ...facts, noise }, settings).kept.length;
      kept += survivors;
      return survivors > 0;
    });
    return `| ${name} | ${calls} | ${percent(any)} | ${percent(kept / (RUNS * PATHS))} |`;
  });
  return [
    `## Noise: ${PATHS} noisy paths tested together, q ≤ ${settings.falseDiscoveryRate} (${RUNS} runs each)`,
    "",
    "| truth | calls a path | runs with any finding kept | paths kept |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ];
}

/** Times of one question on both sides, in ms: log-normal, with a part that both share. */
function timedPair(random: Random): { readonly old: number; readonly candidate: number } {
  const question = normal(random);
  const side = (): number => Math.exp(2 + 0.5 * question + 0.4 * normal(random));
  return { old: side(), candidate: side() };
}

const CHANGES: readonly {
  readonly name: string;
  readonly of: (ms: number, random: Random) => number;
}[] = [
  { name: "none", of: (ms) => ms },
  { name: "0.05 ms more in each call", of: (ms) => ms + 0.05 },
  { name: "1.1 times", of: (ms) => 1.1 * ms },
  { name: "1.25 times, the limit", of: (ms) => 1.25 * ms },
  { name: "1.5 times", of: (ms) => 1.5 * ms },
  { name: "2 times", of: (ms) => 2 * ms },
  {
    name: "one call in ten takes 8 times as long",
    of: (ms, random) => (random() < 0.1 ? 8 * ms : ms),
  },
];

function latencyLines(random: Random): string[] {
  const configuration = parseJudging({});
  const rows = [30, 300, 1_000].flatMap((count) =>
    CHANGES.map(({ name, of }) => {
      const said = share(RUNS / 4, () => {
        const pairs = Array.from({ length: count }, () => timedPair(random));
        const facts = buildFacts([
          {
            method: "eth_call",
            count,
            latency: (call) => {
              const { old, candidate } = pairs[call] ?? { old: 1, candidate: 1 };
              return [old, of(candidate, random)];
            },
          },
        ]);
        return regressionsOf(facts, configuration).length > 0;
      });
      return `| ${count} | ${name} | ${percent(said)} |`;
    }),
  );
  return [
    `## latency-regression with the defaults: p95 more than 1.25 times as long, and a paired test (${RUNS / 4} runs each)`,
    "",
    "Times vary a good deal from call to call here: p95 is some 2.9 times the median.",
    "",
    "| pairs | candidate's change | called slower |",
    "| --- | --- | --- |",
    ...rows,
  ];
}
