import { readFileSync } from "node:fs";
import { conformanceJudge, overall } from "../src/conformance/conformance.ts";
import { readSpecification } from "../src/conformance/read-specification.ts";
import { examine } from "../src/classify/examine.ts";
import type { Conformance, ConformanceFacts } from "../src/model/evidence.ts";
import type { Outcome, Pair } from "../src/model/pair.ts";
import type { SampleTexts, SideText } from "../src/model/run.ts";
import { labelledPairs } from "./support/labelled-pairs.ts";
import { gethPairs } from "./support/responses.ts";

interface Row {
  readonly kind: string;
  readonly method: string;
  readonly pattern: string;
  readonly all: ConformanceFacts[];
}

function side({ kind, status, body }: Outcome): SideText {
  return { outcome: kind, status, text: body === null ? null : String(body), cut: null };
}

function textsOf(pair: Pair): SampleTexts {
  return {
    pairId: pair.id,
    method: pair.method,
    request: String(pair.request),
    old: side(pair.old),
    candidate: side(pair.candidate),
  };
}

/** The findings of some pairs with their standing, and pairs by the standing of their findings together. */
function measure(pairs: readonly Pair[], judge: ReturnType<typeof conformanceJudge>) {
  const rows = new Map<string, Row>();
  const counts: Record<string, number> = {};
  const from = performance.now();
  for (const pair of pairs) {
    const found = examine(pair).differences.map((difference) => {
      const { kind, pattern } = difference;
      const facts = judge.judge(difference, textsOf(pair));
      const name = `${kind} ${pair.method} ${pattern}`;
      const row = rows.get(name) ?? { kind, method: pair.method, pattern, all: [] };
      row.all.push(facts);
      rows.set(name, row);
      return facts;
    });
    const whole: Conformance | "same" = overall(found)?.standing ?? "same";
    counts[whole] = (counts[whole] ?? 0) + 1;
  }
  return { rows: [...rows.values()], counts, ms: Math.round(performance.now() - from) };
}

export const study = {
  name: "conformance",
  summary:
    "who departs from a specification: -- OPENRPC.json; captured Geth pairs and labelled ones",
  run([file, labelled]: readonly string[]): Promise<void> {
    if (file === undefined)
      throw new Error("Give the OpenRPC document: npm run study -- conformance FILE [LABELLED]");
    const judge = conformanceJudge(readSpecification(readFileSync(file, "utf8"), file));
    const sets = {
      geth: gethPairs(),
      labelled: labelled === undefined ? [] : labelledPairs(labelled).map(({ pair }) => pair),
    };
    for (const [name, pairs] of Object.entries(sets)) {
      const { rows, counts, ms } = measure(pairs, judge);
      console.log(`\n${name}: ${pairs.length} pairs in ${ms} ms`, counts);
      for (const { kind, method, pattern, all } of rows) {
        const { standing, reason } = overall(all) as ConformanceFacts;
        console.log(
          `| ${standing} | ${kind} | ${method} | ${pattern || "(whole)"} | ${all.length} | ${reason} |`,
        );
      }
    }
    return Promise.resolve();
  },
};
