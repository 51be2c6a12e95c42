import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import * as api from "../../src/index.ts";
import { runApiExamples } from "../support/api-example.ts";
import { ROOT } from "../support/docs.ts";

test("the programs of the guide run", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-api-"));
  try {
    await runApiExamples(folder, pathToFileURL(path.join(ROOT, "src/index.ts")).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("five functions and nothing else", () => {
  expect(Object.keys(api).sort()).toEqual(["compare", "judge", "record", "render", "replay"]);
});

test("options that can't be used are named, before anything is sent", async () => {
  const options = { recordings: ["a.sqlite"], out: "a", old: ["http://127.0.0.1:1"] };
  const { replay, judge, record, compare } = api;
  await expect(replay({ ...options, candidate: [] })).rejects.toMatchObject({ exitCode: 2 });
  const misspelt = { ...options, candidate: ["http://127.0.0.1:1"], concurency: 4 };
  await expect(replay(misspelt)).rejects.toMatchObject({
    message:
      'Unknown key "concurency" in the replay section of the options; did you mean "concurrency"?',
    exitCode: 2,
  });
  await expect(
    replay({ ...options, candidate: ["http://127.0.0.1:1"], timeout: "soon" }),
  ).rejects.toMatchObject({
    details: [expect.stringMatching(/^replay\.timeout in the options: expected something like/)],
  });
  await expect(record({ out: "a.sqlite" })).rejects.toMatchObject({ exitCode: 2 });
  await expect(compare({ pairs: "gone.jsonl", out: "a" })).rejects.toMatchObject({ exitCode: 2 });
  await expect(judge({ runs: ["gone"] })).rejects.toMatchObject({ exitCode: 2 });
});
