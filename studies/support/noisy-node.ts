import { examine } from "../../src/classify/examine.ts";
import { UNKNOWN_METHOD } from "../../src/chains/knowledge.ts";
import type { Comparison, Confidence } from "../../src/model/comparison.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";
import type { Place } from "../../src/model/difference.ts";
import { evidence } from "../../src/replay/afterwards/evidence.ts";
import { createKeptQuestions, type Doubtful } from "../../src/replay/compare/kept.ts";
import { confirm } from "../../src/replay/compare/confirm.ts";
import type { Found } from "../../src/replay/compare/question.ts";

/** A node whose answers differ from themselves: two asks of a noisy path differ in this share of calls (at most a half). */
export interface NoisyPlan {
  readonly calls: number;
  readonly noisyPaths: number;
  readonly noise: number;
  /** Share of calls in which the candidate gives another value at the first noisy path, always the same one. */
  readonly broken: number;
  /** Calls beside the others that old answers always alike and candidate always with another value, at the first noisy path. */
  readonly stable: number;
  readonly random: () => number;
}

/** What one run showed: a comparison a call, and per path what Diffy's rule counts. */
export interface NoisyRun {
  readonly comparisons: Comparison[];
  /** Noisy places at which a difference stood however often it was asked for. */
  readonly firm: readonly Place[];
  /** Per path: calls in which primary and candidate differ, and primary and secondary. */
  readonly diffy: readonly { readonly raw: number; readonly noise: number }[];
}

export const METHOD = "eth_getTransactionReceipt";

/**
 * Asks as the replay does (old, candidate, control, then confirmations of a mismatch), through the real differ and the real
 * confirmation; only the sockets are left out, so that thousands of runs fit into minutes.
 */
export async function noisyRun(plan: NoisyPlan): Promise<NoisyRun> {
  const { calls, noisyPaths, noise, broken, stable, random } = plan;
  const comparisons: Comparison[] = [];
  const kept = createKeptQuestions();
  // Two values, the rarer with the share p for which 2p(1 - p) is the noise.
  const rarer = (1 - Math.sqrt(1 - 2 * noise)) / 2;
  const diffy = Array.from({ length: noisyPaths }, () => ({ raw: 0, noise: 0 }));
  for (let call = 0; call < calls; call++) {
    // Spread over the run.
    const isStable = stable > 0 && call % Math.ceil(calls / stable) === 7;
    const breaks = random() < broken;
    const draw = (candidate: boolean): string[] =>
      diffy.map((_, index) => {
        if (isStable) return candidate && index === 0 ? "0xbad" : "0x1";
        if (candidate && breaks && index === 0) return "0xbad";
        return random() < rarer ? "0x2" : "0x1";
      });
    const [old, candidate, control] = [draw(false), draw(true), draw(false)];
    for (const [index, counts] of diffy.entries()) {
      if (old[index] !== candidate[index]) counts.raw++;
      if (old[index] !== control[index]) counts.noise++;
    }
    const pair = pairOf(call, old, candidate, control);
    const again = (): Found => ({
      again: { old: outcomeOf(draw(false)), candidate: outcomeOf(draw(true)) },
    });
    const ask = (rounds: number, asked: Pair): Comparison => {
      const first = examine(asked);
      if (first.state !== "different") return first;
      return { ...first, confidence: confirmedBy(first, again, rounds) };
    };
    const comparison = ask(ROUNDS, pair);
    comparisons.push(comparison);
    kept.see(comparison);
    if (comparison.state === "different" && comparison.confidence === "confirmed") {
      kept.confirmed(comparison, async () => ({
        comparison: ask(THOROUGH, pairOf(call, draw(false), draw(true), draw(false))),
        sends: 3 + 2 * THOROUGH,
      }));
    }
  }
  return { comparisons, diffy, firm: await firmOf(kept.doubtful()) };
}

/** As the replay confirms, and asks for what it confirmed at noisy places. */
const ROUNDS = 5;
const THOROUGH = 12;

async function firmOf(doubtful: readonly Doubtful[]): Promise<Place[]> {
  const firm: Place[] = [];
  const parts = { signal: new AbortController().signal, now: () => 0, note: () => {} };
  for await (const result of evidence(doubtful, parts)) firm.push(...(result.firm ?? []));
  return firm;
}

function confirmedBy(comparison: Comparison, again: () => Found, rounds: number): Confidence {
  const call = {
    index: 0,
    method: METHOD,
    chain: "ethereum" as const,
    knowledge: UNKNOWN_METHOD,
    id: "1",
    bytes: Buffer.alloc(0),
    path: null,
  };
  const asking = confirm(
    {
      call,
      asked: { call, replaced: [], left: [], missing: false, highest: null },
      pins: { latest: null, safe: null, finalized: null, rebaseFrom: null },
      before: { old: null, candidate: null },
      comparison,
    },
    { rounds, examine },
  );
  let step = asking.next();
  while (step.done !== true) step = asking.next(again());
  return step.value === "gone" ? "probable" : step.value;
}

/** Diffy's rule with its defaults: more than noise, by over 20 % of both and over 0.03 % of all requests. */
export function diffyFlags({ raw, noise }: { raw: number; noise: number }, calls: number): boolean {
  const relative = (100 * Math.abs(raw - noise)) / Math.max(1, raw + noise);
  const absolute = (100 * Math.abs(raw - noise)) / calls;
  return raw > noise && relative > 20 && absolute > 0.03;
}

function outcomeOf(values: readonly string[]): Outcome {
  const fields = values.map(
    (value, index) => `"noisy${String.fromCodePoint(97 + index)}":"${value}"`,
  );
  return {
    kind: "reply",
    status: 200,
    headers: {},
    body: Buffer.from(`{"jsonrpc":"2.0","id":1,"result":{"steady":"0x7",${fields.join(",")}}}`),
    ms: 1,
    target: 0,
  };
}

function pairOf(
  call: number,
  old: readonly string[],
  candidate: readonly string[],
  control: readonly string[],
): Pair {
  return {
    id: `noisy:${call}:0`,
    name: null,
    protocol: "json-rpc",
    chain: "ethereum",
    method: METHOD,
    customer: null,
    client: null,
    at: 1_700_000_000_000,
    weight: 1,
    request: Buffer.from(
      `{"jsonrpc":"2.0","id":1,"method":"${METHOD}","params":["0x${call.toString(16)}"]}`,
    ),
    old: outcomeOf(old),
    candidate: outcomeOf(candidate),
    control: outcomeOf(control),
    recorded: null,
  };
}
