import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { storeBuiltRun } from "../support/stored-run.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

let cwd = "";
beforeEach(() => {
  cwd = temporaryFolder();
  storeBuiltRun(cwd, "clean", [{ method: "eth_call", count: 3_100 }], { finishedAt: new Date() });
  storeBuiltRun(
    cwd,
    "broken",
    [{ method: "eth_call", count: 9, findings: [{ kind: "field-removed" }] }],
    {
      finishedAt: new Date(),
    },
  );
});

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** The program as a process of its own, with stdout as given. */
function gateProcess(
  words: readonly string[],
  stdout: "close" | "ignore" | number,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, "gate", ...words], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", stdout === "close" ? "pipe" : stdout, "pipe"],
  });
  // The reader goes away before anything was written, as `| head -0` does.
  child.stdout?.destroy();
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stderr }));
  });
}

describe("what becomes of a verdict that can't be delivered", () => {
  test("written nowhere on purpose, the codes are as ever", async () => {
    expect(await gateProcess(["clean"], "ignore")).toMatchObject({ code: 0, stderr: /^Next, / });
    expect(await gateProcess(["broken"], "ignore")).toMatchObject({ code: 1, stderr: /^Next, / });
  });

  test.each(["clean", "broken"])("stdout closed: neither pass nor fail (%s)", async (run) => {
    expect(await gateProcess([run], "close")).toMatchObject({ code: 4 });
  });

  test.runIf(existsSync("/dev/full"))("stdout on a full disk: neither pass nor fail", async () => {
    for (const run of ["clean", "broken"]) {
      expect(await gateProcess([run], openSync("/dev/full", "w"))).toMatchObject({ code: 4 });
    }
  });

  test.runIf(existsSync("/dev/full"))(
    "a report on a full disk: neither pass nor fail",
    async () => {
      const ended = await gateProcess(["clean", "--format", "junit=/dev/full"], "ignore");
      expect(ended).toEqual({
        code: 4,
        stderr: expect.stringMatching(/^Can't write \/dev\/full: ENOSPC.*\n$/),
      });
    },
  );

  test("a report in a folder that is not there", async () => {
    const file = path.join("missing", "gate.xml");
    const ended = await gateProcess(["broken", "--format", `junit=${file}`], "ignore");
    expect(ended).toMatchObject({ code: 4, stderr: expect.stringContaining("ENOENT") });
  });
});
