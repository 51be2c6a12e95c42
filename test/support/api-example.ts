import { execFile } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { blocksOf } from "./docs.ts";
import { startFakeNode } from "./servers/fake-node.ts";

const run = promisify(execFile);

/** Runs the programs of docs/guides/api.md in a folder, `shadowdiff` being what `module` names, and looks at what they say. */
export async function runApiExamples(folder: string, module: string): Promise<string[]> {
  const programs = blocksOf("docs/guides/api.md", "ts");
  const files = programs.map((text, index) => {
    const file = path.join(folder, `example-${index}.mts`);
    writeFileSync(file, text.replaceAll('from "shadowdiff"', `from "${module}"`));
    return file;
  });
  const [old, candidate] = await Promise.all([
    startFakeNode({ version: "Geth/v1.16.7" }),
    startFakeNode({
      version: "Geth/v1.17.0",
      answer: ({ method }) => (method === "eth_getBalance" ? { result: 0 } : undefined),
    }),
  ]);
  try {
    const [first = "", second = ""] = files;
    const node = (...words: string[]) =>
      run(process.execPath, ["--no-warnings", ...words], {
        cwd: folder,
        env: { PATH: process.env["PATH"], HOME: folder },
      });
    const whole = await node(first, old.url, candidate.url);
    expect(whole.stdout).toContain("1 of 1 exchanges are in");
    expect(whole.stdout).toContain("1 of 1 compared calls differ\nfail\nbreaking eth_getBalance ");
    expect(readdirSync(folder)).toContain("report.html");
    expect((await node(second)).stdout).toBe("fail type-changed\n");
  } finally {
    await Promise.all([old.close(), candidate.close()]);
  }
  return files;
}
