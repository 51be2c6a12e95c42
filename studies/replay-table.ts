import path from "node:path";
import { examine } from "../src/classify/examine.ts";
import type { Comparison } from "../src/model/comparison.ts";
import { jsonRpc } from "../src/protocol/json-rpc/adapter.ts";
import { rest } from "../src/protocol/rest/adapter.ts";
import { openRecording } from "../src/recording/reader.ts";
import { replay } from "../src/replay/drive/replay.ts";
import { REPLAY_DEFAULTS } from "../src/replay/given/options.ts";
import { targetOf } from "../src/replay/given/targets.ts";
import { rpc } from "../src/demo/rpc.ts";
import { plural } from "../src/words.ts";
import { startAlteringProxy } from "../test/support/servers/altering-proxy.ts";
import { alterer, tableOf, type TableCase } from "./support/live-table.ts";
import { callOfEach } from "./support/mixed-traffic.ts";
import { seeded } from "./support/random.ts";
import { openWorkshop, provenance, writeEvidence } from "./support/replaying.ts";

/** Draws of what each call is about: other blocks, other transactions. */
const DRAWS = 4;

async function replayed(file: string, old: string, candidate: string): Promise<Comparison[]> {
  const reader = openRecording(file);
  const comparisons: Comparison[] = [];
  try {
    for await (const batch of replay({
      recordings: [reader],
      options: {
        ...REPLAY_DEFAULTS,
        confirm: 1,
        old: [targetOf("old", 0, old, {}, undefined)],
        candidate: [targetOf("candidate", 0, candidate, {}, undefined)],
      },
      adapters: { "json-rpc": jsonRpc, rest: rest([]) },
      chain: "ethereum",
      chainId: "unknown",
      examine,
      oldestState: { old: 0, candidate: 0 },
      signal: new AbortController().signal,
      isDone: () => false,
      note: (text) => console.error(text),
    })) {
      comparisons.push(...batch.flatMap((result) => result.comparisons));
    }
  } finally {
    reader.close();
  }
  return comparisons;
}

/** By the case's own id, which stands in each pair's request. */
function stateOf(comparisons: readonly Comparison[]): Map<number, Comparison> {
  return new Map(
    comparisons.map((one) => [
      Number(/"id":(\d+)/.exec(one.pair?.request.toString() ?? "")?.[1]),
      one,
    ]),
  );
}

export const study = {
  name: "replay-table",
  summary: "every method of a real node behind a proxy that alters its answers: args are its URL",
  async run([url = ""]: readonly string[]): Promise<void> {
    const workshop = openWorkshop();
    const draws = Array.from({ length: DRAWS }, (_, seed) => callOfEach(url, seeded(seed + 1)));
    const calls = (await Promise.all(draws)).flat();
    const cases: TableCase[] = await tableOf(url, calls);
    const proxy = await startAlteringProxy(url, alterer(cases));
    const plain = await startAlteringProxy(url, () => null);
    try {
      const altered = await workshop.record(
        "table",
        cases.map(({ request }) => request),
      );
      const untouched = await workshop.record("untouched", calls);
      const became = stateOf(await replayed(path.resolve(altered), url, proxy.url));
      const clear = await replayed(path.resolve(untouched), url, plain.url);
      const rows = [...Map.groupBy(cases, ({ method }) => method)].map(([method, own]) => {
        const states = own.map(({ what, request }) => {
          const one = became.get(Number(request["id"]));
          return { what, state: one?.state ?? "not replayed", reason: one?.reason ?? null };
        });
        return { method, own: own.length, other: states.filter((s) => s.state !== "different") };
      });
      const hidden = rows.flatMap(({ method, other }) =>
        other.map(({ what, state, reason }) => `- ${method} ${what}: ${state} ${reason ?? ""}`),
      );
      const isSame = hidden.some((line) => /: (?:same|not replayed)/.test(line));
      const found = clear.filter(({ state }) => state === "different");
      writeEvidence("replay-table", [
        "# Every method of a real node, altered on its way",
        "",
        provenance("npm run study -- replay-table URL"),
        "",
        `${JSON.stringify(await rpc(url, "web3_clientVersion"))} against itself behind a proxy that alters the answer of each call in one way: null, an error, a field or an item's field dropped, a number quoted, a number's text unquoted, a quantity padded, a list emptied. Calls of every shape, ${DRAWS} draws of blocks, transactions and accounts.`,
        "",
        `- altered: ${plural(cases.length, "answer")} of ${plural(rows.length, "method")}; different **${cases.length - hidden.length}**, same ${hidden.filter((line) => line.includes(": same")).length}, others ${hidden.filter((line) => !line.includes(": same")).length}`,
        ...hidden,
        `- the same ${plural(clear.length, "call")} unaltered: different **${found.length}**`,
        ...found.map(({ method, confidence }) => `  - ${method} (${confidence})`),
        "",
        "| method | altered in ways | found |",
        "| --- | --- | --- |",
        ...rows.map(({ method, own, other }) => `| ${method} | ${own} | ${own - other.length} |`),
      ]);
      if (isSame) process.exitCode = 1;
    } finally {
      await proxy.close();
      await plain.close();
      workshop.close();
    }
  },
};
