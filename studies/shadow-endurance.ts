import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readRun } from "../src/runs/reader.ts";
import { startFakeNode } from "../test/support/servers/fake-node.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";
import { load, startInFront } from "./support/shadowed.ts";

const METHODS = ["eth_chainId", "eth_blockNumber", "eth_getBalance", "eth_getBlockByNumber"];

function bodyOf(index: number): string {
  const method = METHODS[index % METHODS.length] ?? "";
  const block = `0x${((index % 97) + 1).toString(16)}`;
  const params =
    method === "eth_getBalance"
      ? [`0x${(index % 500).toString(16).padStart(40, "0")}`, block]
      : method === "eth_getBlockByNumber"
        ? [block, false]
        : [];
  return JSON.stringify({ jsonrpc: "2.0", id: index, method, params });
}

/** Minutes and requests a second as words: `npm run study -- shadow-endurance 40 100`. */
export const study = {
  name: "shadow-endurance",
  summary: "memory and file size over a long time: shadow-endurance MINUTES PER_SECOND",
  async run(args: readonly string[]): Promise<void> {
    const minutes = Number(args[0] ?? 120);
    const perSecond = Number(args[1] ?? 500);
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-study-"));
    const old = await startFakeNode();
    const candidate = await startFakeNode({
      answer: ({ method, params }) =>
        method === "eth_getBalance" && JSON.stringify(params[0]).endsWith(`06"`)
          ? { result: "0xbad" }
          : undefined,
    });
    const out = path.join(folder, "live");
    const shadow = await startInFront("shadow", old.url, [
      "--candidate",
      candidate.url,
      "--out",
      out,
      "--customer",
      "header:x-api-key",
    ]);
    const rows: string[] = [];
    let failed = 0;
    let sent = 0;
    for (let minute = 1; minute <= minutes; minute++) {
      const found = await load(shadow.url, perSecond * 60, perSecond, bodyOf);
      // What the stubs remember is not the program's.
      old.asked.length = 0;
      candidate.asked.length = 0;
      sent += found.sent;
      failed += found.failed;
      const bytes = ["run.sqlite", "run.sqlite-wal"].reduce(
        (sum, name) => sum + (statSync(path.join(out, name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
      if (minute === 1 || minute % 5 === 0 || minute === minutes)
        rows.push(
          `| ${minute} | ${sent} | ${failed} | ${found.p99Ms.toFixed(1)} | ${(shadow.memory() / 1e6).toFixed(0)} | ${(bytes / 1e6).toFixed(2)} | ${shadow.cpuSeconds().toFixed(0)} |`,
        );
      console.error(rows.at(-1) ?? "");
    }
    await shadow.stop();
    const { counts, header } = readRun(out);
    const [live] = header.recordings;
    const lost = Object.values(live?.dropped ?? {}).reduce((sum, own) => sum + own, 0);
    await old.close();
    await candidate.close();
    rmSync(folder, { recursive: true, force: true });
    writeEvidence("shadow-endurance", [
      "# A shadow that goes on",
      "",
      provenance(`npm run study shadow-endurance ${minutes} ${perSecond}`),
      "",
      `${perSecond} requests a second for ${minutes} minutes, of 20 customers and 4 methods, two answers in 500 wrong (balances of two addresses). Load and both nodes share one`,
      "process, on a machine with other work. *Memory* is of all processes of the program together.",
      "",
      "| minute | requests | failed | p99 ms of that minute | memory MB | run MB | CPU s so far |",
      "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      ...rows,
      "",
      `Compared ${counts.compared} (same ${counts.same}, different ${counts.different}), uncomparable ${counts.uncomparable}; seen ${live?.seen} = stored ${live?.stored} + lost ${lost}.`,
      "",
    ]);
  },
};
