import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
const PAIR = `{"request":${REQUEST},"old":{"jsonrpc":"2.0","id":1,"result":"0x1"},"candidate":{"jsonrpc":"2.0","id":1,"result":"0x1"}}`;

/** A folder with a good recording, a run and pairs, and a shell in it. */
async function workplace() {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, "requests.jsonl"), `${REQUEST}\n`);
  writeFileSync(path.join(cwd, "pairs.jsonl"), `${PAIR}\n`);
  const shell = async (line: string) => {
    const result = await runCli(line.split(" "), { cwd, env: { HOME: cwd } });
    return {
      ...result,
      stderr: result.stderr
        .replaceAll(cwd, "FOLDER")
        .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
        .replaceAll(/compare-[\dTZ-]+/g, "RUN")
        .replace(/reads up to \d+/, "reads up to N"),
    };
  };
  expect(await shell("import requests.jsonl --out good.sqlite")).toMatchObject({ code: 0 });
  expect(await shell("compare pairs.jsonl --out run")).toMatchObject({ code: 0 });
  return { cwd, shell };
}

async function serve(answer: (body: string) => { type: string; text: string }): Promise<string> {
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { type, text } = answer(body);
      response.writeHead(200, { "content-type": type }).end(text);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const HTML = () => ({ type: "text/html", text: "<html><body>Welcome to nginx!</body></html>" });

test.each([
  ["a flag that is not known", "gate run --fial-on risky", 2],
  ["a value that is not known", "report run --format pdf", 2],
  [
    "a value of the wrong type",
    "replay good.sqlite --old http://a --candidate http://b --out x --concurrency none",
    2,
  ],
  [
    "a file that is missing",
    "replay missing.sqlite --old http://a --candidate http://b --out x",
    2,
  ],
  ["a file that is no recording", "inspect requests.jsonl", 2],
  ["a run's folder that holds none", "gate nowhere", 2],
  ["an output folder that has a run already", "compare pairs.jsonl --out run", 2],
  ["an import that would overwrite", "import requests.jsonl --out good.sqlite", 2],
  ["an import of a format that is not known", "import good.sqlite --out other.sqlite", 2],
  ["a finding that the run does not have", "accept run 0123456789abcdef --reason x --owner y", 2],
])("%s", async (_what, line, expected) => {
  const { shell } = await workplace();
  const { code, stdout, stderr } = await shell(line);
  expect({ code, stdout, stderr }).toMatchSnapshot();
  expect(code).toBe(expected);
});

test("a file that may not be read", async () => {
  const { cwd, shell } = await workplace();
  mkdirSync(path.join(cwd, "folder.jsonl"));
  expect(await shell("compare folder.jsonl --out x")).toMatchSnapshot();
});

test("a recording of a newer format", async () => {
  const { cwd, shell } = await workplace();
  const database = new Database(path.join(cwd, "good.sqlite"));
  database.pragma("user_version = 99");
  database.close();
  const result = await shell("inspect good.sqlite");
  expect(result).toMatchSnapshot();
  expect(result.code).toBe(2);
});

test("a target that nothing listens at", async () => {
  const { cwd, shell } = await workplace();
  const result = await shell(
    "replay good.sqlite --old http://127.0.0.1:1 --candidate http://127.0.0.1:1 --out out",
  );
  expect(result).toMatchSnapshot();
  expect(result.code).toBe(4);
  expect(existsSync(path.join(cwd, "out"))).toBe(false);
});

test("a target that answers HTML", async () => {
  const { shell } = await workplace();
  const url = await serve(HTML);
  const result = await shell(`replay good.sqlite --old ${url} --candidate ${url} --out out`);
  expect(result).toMatchSnapshot();
  expect(result.code).toBe(2);
});

test("a port in use", async () => {
  const { shell } = await workplace();
  const url = await serve(HTML);
  const result = await shell(
    `record --target ${url} --listen ${new URL(url).host} --out taken.sqlite`,
  );
  expect(result).toMatchSnapshot();
  expect([2, 4]).toContain(result.code);
});

test("a pairs file with broken lines: named, counted, skipped; with --strict the first one ends it", async () => {
  const { cwd, shell } = await workplace();
  const lines = [PAIR, "{", '{"request":1}', `{"request":${REQUEST},"old":{}}`, PAIR, ""];
  writeFileSync(path.join(cwd, "broken.jsonl"), lines.join("\n"));
  expect(await shell("compare broken.jsonl --out broken")).toMatchSnapshot("counted");
  const strict = await shell("compare broken.jsonl --out strict --strict");
  expect(strict).toMatchSnapshot("strict");
  expect(strict.code).toBe(2);
});

test("a run that can't be written: the gate's exit code is not 1", async () => {
  const { cwd, shell } = await workplace();
  writeFileSync(path.join(cwd, "file"), "");
  const result = await shell("compare pairs.jsonl --out file/run");
  expect(result).toMatchSnapshot();
  expect(result.code).toBe(4);
});

test("credentials in a URL are not shown", async () => {
  const { shell } = await workplace();
  const { stderr, stdout } = await shell(
    "replay good.sqlite --old http://user:canary-1@127.0.0.1:1/v2/canary-2?key=canary-3 --candidate http://127.0.0.1:1 --out out",
  );
  expect(stderr + stdout).not.toMatch(/canary/);
});

test("nothing that was there is overwritten", async () => {
  const { cwd, shell } = await workplace();
  const before = readFileSync(path.join(cwd, "good.sqlite"));
  await shell("import requests.jsonl --out good.sqlite");
  expect(readFileSync(path.join(cwd, "good.sqlite")).equals(before)).toBe(true);
});
