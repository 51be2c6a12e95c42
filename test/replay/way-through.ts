import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePort } from "../support/ports.ts";

/** What a finding says, as far as these tests look at it. */
interface Finding {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly severity: string;
}

export interface Through {
  /** `field-removed getinfo /result/errors`, sorted. */
  readonly findings: readonly string[];
  readonly breaking: readonly string[];
  readonly notCompared: readonly string[];
  readonly run: { readonly network: JsonValue; readonly old: readonly { clientVersion: string }[] };
  readonly check: string;
  readonly gate: { readonly code: number; readonly text: string };
}

const ENV = { SHADOWDIFF_KEY: "a key for tests, of 32 characters" };

/** Traffic all the way: recorded before old, checked, replayed to both, reported, judged. */
export async function wayThrough(
  old: string,
  candidate: string,
  calls: readonly JsonValue[],
  words: readonly string[] = [],
): Promise<Through> {
  const folder = temporaryFolder();
  await record(folder, old, calls);
  const sides = ["--old", old, "--candidate", candidate];
  const cli = (...argv: string[]): ReturnType<typeof runCli> => runCli(argv, { cwd: folder });
  const check = await cli("check", ...sides);
  const replayed = await cli("replay", "r.sqlite", ...sides, "--out", "run", ...words);
  expect(replayed).toMatchObject({ code: 0 });
  expect((await cli("report", "run", "--format", "json", "--out", "run/findings.json")).code).toBe(
    0,
  );
  const { findings, notCompared, run } = JSON.parse(
    readFileSync(path.join(folder, "run/findings.json"), "utf8"),
  ) as {
    findings: Finding[];
    notCompared: { reason: string; method: string }[];
    run: Through["run"];
  };
  const gate = await cli("gate", "run");
  const shown = ({ kind, method, path: at }: Finding): string => `${kind} ${method} ${at}`;
  return {
    findings: findings.map(shown).sort(),
    breaking: findings
      .filter(({ severity }) => severity === "breaking")
      .map(shown)
      .sort(),
    notCompared: notCompared.map(({ method, reason }) => `${method} ${reason}`).sort(),
    run,
    check: check.stdout,
    gate: { code: gate.code, text: gate.stdout },
  };
}

async function record(folder: string, old: string, calls: readonly JsonValue[]): Promise<void> {
  const port = await freePort();
  const ending = new AbortController();
  // Clients bring their own credentials.
  const words = [
    "--target",
    new URL(old).origin,
    "--listen",
    `127.0.0.1:${port}`,
    "--out",
    "r.sqlite",
  ];
  const recording = runCli(["record", ...words, "--min-free", "0"], {
    cwd: folder,
    env: ENV,
    signal: ending.signal,
  });
  const { username, password } = new URL(old);
  const authorization =
    username === "" ? {} : { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const send = (call: JsonValue): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization },
      body: JSON.stringify(call),
    });
  for (const call of calls) {
    for (let tries = 0; tries < 500; tries++) {
      const answer = await send(call).catch(() => null);
      if (answer !== null) {
        await answer.text();
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  ending.abort();
  expect(await recording).toMatchObject({ code: 0 });
}
