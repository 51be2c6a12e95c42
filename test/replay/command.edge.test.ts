import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readRun } from "../../src/runs/reader.ts";
import { readSampleTexts } from "../../src/runs/texts.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { call, node } from "./support.ts";

interface Place {
  readonly folder: string;
  readonly recording: string;
  readonly out: string;
}

/** A recording of calls, made by the importer. */
async function recorded(count: number): Promise<Place> {
  const folder = temporaryFolder();
  const lines = Array.from({ length: count }, (_, id) =>
    JSON.stringify(call("eth_getBalance", [`0x${id}`, "latest"], id)),
  );
  writeFileSync(path.join(folder, "calls.jsonl"), `${lines.join("\n")}\n`);
  const recording = path.join(folder, "calls.sqlite");
  const { code } = await runCli(["import", path.join(folder, "calls.jsonl"), "--out", recording]);
  expect(code).toBe(0);
  return { folder, recording, out: path.join(folder, "run") };
}

function replay(place: Place, words: readonly string[], signal?: AbortSignal): Promise<CliResult> {
  const options = signal === undefined ? {} : { signal };
  return runCli(["replay", place.recording, "--out", place.out, ...words], options);
}

describe("shadowdiff replay", () => {
  test("makes a complete run and says what it did", async () => {
    const place = await recorded(40);
    const [old, candidate] = [await node(), await node()];
    const { code, stdout } = await replay(place, ["--old", old.url, "--candidate", candidate.url]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Compared 40 of 40 calls: 40 same, 0 different\.\nSent \d+ requests, [\d.]+ a call\.\nRun: /,
    );
    const facts = readRun(place.out);
    expect(facts.complete).toBe(true);
    expect(facts.header).toMatchObject({
      command: "replay",
      network: { chainId: "7" },
      old: [{ clientVersion: "Fake/v1.0.0" }],
      options: { concurrency: 16, pin: "auto" },
    });
  });

  test("refuses to resume what was another replay: other calls, another recording", async () => {
    const place = await recorded(3);
    const [old, candidate] = [await node(), await node()];
    const words = ["--old", old.url, "--candidate", candidate.url];
    await replay(place, words);
    const others = await replay(place, [...words, "--resume", "--exclude", "eth_getBalance"]);
    expect(others.code).toBe(2);
    expect(others.stderr).toContain('exclude: [] then, ["eth_getBalance"] now');
    const elsewhere = path.join(place.folder, "elsewhere.sqlite");
    copyFileSync(place.recording, elsewhere);
    const another = await replay({ ...place, recording: elsewhere }, [...words, "--resume"]);
    expect(another.code).toBe(2);
    expect(another.stderr).toContain("recordings: calls then, elsewhere now");
    expect((await replay(place, [...words, "--resume"])).code).toBe(0);
  });

  test("keeps the request as it was recorded, not as it was pinned", async () => {
    const place = await recorded(1);
    const [old, candidate] = [
      await node(),
      await node({
        answer: ({ method }) => (method === "eth_getBalance" ? { result: "0x2" } : undefined),
      }),
    ];
    await replay(place, ["--old", old.url, "--candidate", candidate.url]);
    const { samples } = readRun(place.out);
    const [texts] = readSampleTexts(place.out, [samples[0]?.pairId ?? ""]).values();
    expect(texts?.request).toContain('"latest"');
    expect(texts?.asked).toMatch(/"0x[0-9a-f]+"\]/);
  });

  test("refuses a folder that has a run, and sends nothing", async () => {
    const place = await recorded(1);
    const [old, candidate] = [await node(), await node()];
    const words = ["--old", old.url, "--candidate", candidate.url];
    await replay(place, words);
    const asked = old.asked.length;
    const again = await replay(place, words);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("has a run already");
    expect(old.asked.length).toBe(asked);
  });

  test("an interrupted run is marked, and --resume finishes it with every call once", async () => {
    const place = await recorded(3_000);
    const ending = new AbortController();
    let asks = 0;
    const old = await node({
      answer: ({ method }) => {
        if (method === "eth_getBalance" && ++asks === 900) ending.abort();
        return undefined;
      },
    });
    const candidate = await node();
    const words = ["--old", old.url, "--candidate", candidate.url];
    const cut = await replay(place, words, ending.signal);
    expect(cut.code).toBe(4);
    expect(cut.stderr).toContain("The run is incomplete: interrupted after ");
    // What it did not come to is not tested: no share of what was asked stands for the whole.
    expect(cut.stdout).toMatch(
      /^Compared [\d,]+ of 3,000 calls: .*\n {2}[\d,]+ skipped: interrupted\n/,
    );
    const before = readRun(place.out);
    expect(before.complete).toBe(false);
    expect(before.counts.calls).toBeLessThan(3_000);
    const resumed = await replay(place, [...words, "--resume"]);
    expect(resumed.code).toBe(0);
    const after = readRun(place.out);
    expect(after.counts).toMatchObject({ exchanges: 3_000, calls: 3_000, same: 3_000 });
    expect(after.header.id).toBe(before.header.id);
  });

  test("an unreachable target leaves no run behind", async () => {
    const place = await recorded(1);
    const old = await node();
    const gone = await node();
    await gone.close();
    const { code, stderr } = await replay(place, ["--old", old.url, "--candidate", gone.url]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^candidate can't be reached/m);
    expect(existsSync(place.out)).toBe(false);
  });

  test("extra headers come from the environment and are stored nowhere", async () => {
    const place = await recorded(1);
    const seen: (string | undefined)[] = [];
    const old = await node({
      respond: (_body, _response, request) => {
        seen.push(request.headers.authorization);
        return false;
      },
    });
    const candidate = await node();
    await runCli(
      [
        "replay",
        place.recording,
        "--out",
        place.out,
        "--old",
        old.url,
        "--candidate",
        candidate.url,
      ],
      { env: { SHADOWDIFF_OLD_HEADERS: "Authorization: Bearer top-secret" } },
    );
    expect(new Set(seen)).toEqual(new Set(["Bearer top-secret"]));
    expect(JSON.stringify(readRun(place.out).header)).not.toContain("top-secret");
  });

  test("a chain split fails the gate", async () => {
    const place = await recorded(5);
    const old = await node({ chain: { forkAt: 50 } });
    const candidate = await node({ chain: { forkAt: 50, branch: "b" } });
    await replay(place, ["--old", old.url, "--candidate", candidate.url]);
    const gate = await runCli(["gate", place.out]);
    expect(gate.code).toBe(1);
    expect(gate.stdout).toContain("finding.breaking chain-split (chain) /result/hash");
  });
});
