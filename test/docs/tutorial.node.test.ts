import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { ANVILS } from "../../src/demo/anvil.ts";
import { blocksOf, ROOT } from "../support/docs.ts";

const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-tutorial-"));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the tutorial, word by word, but for what it downloads and the ports", async () => {
  const bin = path.join(folder, "bin");
  const work = path.join(folder, "work");
  for (const made of [bin, work]) mkdirSync(made);
  const program = (name: string, text: string): void => {
    writeFileSync(path.join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  program("npm", ":");
  program(
    "npx",
    [
      'case "$*" in',
      `  "shadowdiff "*) exec ${process.execPath} ${ROOT}/src/main.ts "\${@:2}" ;;`,
      `  "--yes @foundry-rs/anvil@1.6."*) exec ${anvilOf(ANVILS.old)} "\${@:3}" ;;`,
      `  "--yes @foundry-rs/anvil@1.7."*) exec ${anvilOf(ANVILS.candidate)} "\${@:3}" ;;`,
      '  *) echo "unknown: $*" >&2; exit 9 ;;',
      "esac",
    ].join("\n"),
  );
  const ports = await Promise.all([8545, 8645, 9545].map(async (port) => [port, await free()]));
  const script = [
    "set -e",
    "trap 'kill $(jobs -p) 2>/dev/null' EXIT",
    ...blocksOf("docs/guides/tutorial.md", "sh").map((block) =>
      // The settings that `init` wrote name the usual ports.
      block.replace(
        "shadowdiff init\n",
        `shadowdiff init\nsed -i ${ports.map(([port, own]) => `-e 's/:${port}/:${own}/'`).join(" ")} shadowdiff.yaml\n`,
      ),
    ),
  ]
    .join("\n")
    .replaceAll(/127\.0\.0\.1:(\d+)|--port (\d+)/g, (whole: string, a?: string, b?: string) => {
      const [port, own] = ports.find(([known]) => String(known) === (a ?? b)) ?? [0, 0];
      return whole.replace(String(port), String(own));
    });
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script], {
    cwd: work,
    env: { PATH: `${bin}:${process.env["PATH"]}`, HOME: folder },
    maxBuffer: 16 << 20,
    timeout: 110_000,
  });
  expect(stdout).toContain("No difference of configuration was found.");
  const said = stdout.replaceAll(/\s+/g, " ");
  const [decision = "nothing"] = blocksOf("docs/guides/tutorial.md", "text").flatMap(
    (block) => block.replaceAll(/\s+/g, " ").match(/Not yet: [^.]*\./) ?? [],
  );
  expect(said).toContain(decision);
  expect(stdout.match(/^exit code 1$/gm)).toHaveLength(2);
  expect(stdout).toContain("seen 2 = stored 2 + dropped 0");
  expect(said).toMatch(/Not yet: .* 1 of 1 customer/);
  expect(stdout).toContain("1 drafted");
  expect(stdout + stderr).not.toMatch(/secret-of-acme|Unexpected/);
}, 120_000);

/** The node itself: its launcher would not pass a signal on. */
function anvilOf(name: string): string {
  const require = createRequire(path.join(ROOT, "node_modules", name, "package.json"));
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const found = require.resolve(`@foundry-rs/anvil-${process.platform}-${cpu}/package.json`);
  return path.join(path.dirname(found), "bin/anvil");
}

async function free(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
