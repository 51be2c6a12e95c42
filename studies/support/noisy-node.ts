import { examine } from "../../src/classify/examine.ts";
import { UNKNOWN_METHOD } from "../../src/chains/knowledge.ts";
import type { Comparison, Confidence } from "../../src/model/comparison.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";
import { confirm } from "../../src/replay/compare/confirm.ts";
import type { Found } from "../../src/replay/compare/question.ts";

/** A node whose answers differ from themselves: two asks of a noisy path differ in this share of calls (at most a half). */
export interface NoisyPlan {
  readonly calls: number;
  readonly noisyPaths: number;
  readonly noise: number;
  /** Share of calls in which the candidate gives another value at the first noisy path, always the same one. */
  readonly broken: number;
  readonly random: () => number;
}

/** What one run showed: a comparison a call, and per path what Diffy's rule counts. */
export interface NoisyRun {
  readonly comparisons: Comparison[];
  /** Per path: calls in which primary and candidate differ, and primary and secondary. */
  readonly diffy: readonly { readonly raw: number; readonly noise: number }[];
}

export const METHOD = "eth_getTransactionReceipt";

/**
 * Asks as the replay does (old, candidate, control, then confirmations of a mismatch), through the real differ and the real
 * confirmation; only the sockets are left out, so that thousands of runs fit into minutes.
 */
export async function noisyRun(plan: NoisyPlan): Promise<NoisyRun> {
  const { calls, noisyPaths, noise, broken, random } = plan;
  const comparisons: Comparison[] = [];
  // Two values, the rarer with the share p for which 2p(1 - p) is the noise.
  const rarer = (1 - Math.sqrt(1 - 2 * noise)) / 2;
  const diffy = Array.from({ length: noisyPaths }, () => ({ raw: 0, noise: 0 }));
  for (let call = 0; call < calls; call++) {
    const breaks = random() < broken;
    const draw = (candidate: boolean): string[] =>
      diffy.map((_, index) => {
        if (candidate && breaks && index === 0) return "0xbad";
        return random() < rarer ? "0x2" : "0x1";
      });
    const [old, candidate, control] = [draw(false), draw(true), draw(false)];
    for (const [index, counts] of diffy.entries()) {
      if (old[index] !== candidate[index]) counts.raw++;
      if (old[index] !== control[index]) counts.noise++;
    }
    const pair = pairOf(call, old, candidate, control);
    const first = examine(pair);
    if (first.state !== "different") {
      comparisons.push(first);
      continue;
    }
    const again = (): Found => ({
      again: { old: outcomeOf(draw(false)), candidate: outcomeOf(draw(true)) },
    });
    comparisons.push({ ...first, confidence: confirmedBy(first, again) });
  }
  return { comparisons, diffy };
}

function confirmedBy(comparison: Comparison, again: () => Found): Confidence {
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
    { rounds: 5, examine },
  );
  let step = asking.next();
  while (step.done !== true) step = asking.next(again());
  return step.value;
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
