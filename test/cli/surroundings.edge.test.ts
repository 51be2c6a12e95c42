import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { isOtherVariable, unknownVariables } from "../../src/config/variables.ts";
import { fieldsOf } from "../../src/config/resolve.ts";
import { COMMANDS } from "../../src/cli/registry.ts";
import { runCli } from "../support/cli.ts";
import { tmpdir } from "node:os";

const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
let cwd: string;
let url: string;
/** Connections that reached the node: what is said before the first request leaves it at 0. */
let connections = 0;

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-surroundings-"));
  writeFileSync(path.join(cwd, "calls.jsonl"), `${REQUEST}\n`);
  expect(await runCli(["import", "calls.jsonl", "--out", "calls.sqlite"], { cwd })).toMatchObject({
    code: 0,
  });
  writeFileSync(path.join(cwd, "broken.yaml"), "accepted:\n  - reason: none\n");
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => {
    server.close();
    rmSync(cwd, { recursive: true, force: true });
  };
});

async function runFile(text: string, env: Record<string, string> = {}) {
  const file = path.join(cwd, "suite.yaml");
  const replay = `recordings: [calls.sqlite], old: ["${url}"], candidate: ["${url}"]`;
  writeFileSync(file, text.replace("REPLAY", replay));
  connections = 0;
  const { code, stderr } = await runCli(["run", "suite.yaml"], { cwd, env });
  return { code, said: stderr.replaceAll(cwd, "FOLDER"), connections };
}

test.each<[string, string, RegExp]>([
  ["a key of report", "replay: {REPLAY}\nreport: {fromat: [html]}", /"fromat".*mean "format"\?/],
  ["a key of gate", "replay: {REPLAY}\ngate: {fromat: [text]}", /"fromat".*mean "format"\?/],
  ["a key of replay", "replay: {REPLAY, candidte: []}", /"candidte".*mean "candidate"\?/],
  ["a key of another command", "replay: {REPLAY}\nrecord: {lisen: x}", /"lisen".*mean "listen"\?/],
  ["a setting", "replay: {REPLAY}\nfailOn: hgh", /failOn: "hgh" is not known/],
  ["a nested setting", "replay: {REPLAY}\nrequire: {comparedCals: 1}", /mean "comparedCalls"\?/],
  ["a section's name", "replay: {REPLAY}\nreprt: {}", /"reprt".*mean "report"\?/],
  ["an option at the top", "replay: {REPLAY}\nconcurrency: 3", /belongs under replay:/],
  [
    "a value of gate",
    "replay: {REPLAY}\ngate: {format: [txt]}",
    /"txt" is not known; did you mean "text"/,
  ],
  [
    "a value of report",
    "replay: {REPLAY}\nreport: {format: [htm]}",
    /"htm" is not known; did you mean "html"/,
  ],
  [
    "a value of replay",
    "replay: {REPLAY, concurrency: many}",
    /replay.concurrency in .*: expected a number/,
  ],
  [
    "a value of another command",
    "replay: {REPLAY}\nrecord: {sample: 7}",
    /record.sample in .*: expected a share/,
  ],
  [
    "a recording",
    "replay: {recordings: [gone.sqlite], old: [http://a], candidate: [http://b]}",
    /No recording at FOLDER.gone/,
  ],
  [
    "an accepted file that is missing",
    "replay: {REPLAY}\ngate: {accepted: gone.yaml}",
    /--accepted: gone.yaml is not there/,
  ],
  [
    "an accepted file that is broken",
    "replay: {REPLAY}\ngate: {accepted: broken.yaml}",
    /broken.yaml can't be used/,
  ],
  ["templates", "replay: {REPLAY}\nreport: {templates: gone}", /--templates: gone is not there/],
  ["an earlier run", "replay: {REPLAY}\ngate: {since: gone}", /--since: gone is not there/],
  ["an OpenAPI file", "replay: {REPLAY, openApi: gone.yaml}", /--open-api: gone.yaml is not there/],
  ["a section that is no map", "replay: {REPLAY}\nreport: html", /report in .* expected a map/],
])("run says before the first request what is wrong with %s", async (_what, text, message) => {
  const result = await runFile(text);
  expect(result.said).toMatch(message);
  expect(result).toMatchObject({ code: 2, connections: 0 });
});

test("all that is wrong is said at once", async () => {
  const result = await runFile("replay: {REPLAY, candidte: x}\nfailOn: hgh\nreport: {fromat: x}", {
    SHADOWDIFF_CANDIDTE: "http://a",
  });
  expect(result).toMatchObject({ code: 2, connections: 0 });
  for (const word of ["SHADOWDIFF_CANDIDATE?", '"candidate"?', '"hgh"', '"format"?'])
    expect(result.said).toContain(word);
});

test("a variable's value of a later step is checked before the first request", async () => {
  const result = await runFile("replay: {REPLAY}", { SHADOWDIFF_CONCURRENCY: "many" });
  expect(result).toMatchObject({ code: 2, connections: 0 });
  expect(result.said).toContain("SHADOWDIFF_CONCURRENCY: expected a number");
});

test("a misspelt variable stops any command and names the nearest", async () => {
  const env = { SHADOWDIFF_CONCURENCY: "4" };
  const { code, stderr } = await runCli(["explain", "field-removed"], { cwd, env });
  expect(code).toBe(2);
  expect(stderr).toBe(
    "Unknown environment variable SHADOWDIFF_CONCURENCY; did you mean SHADOWDIFF_CONCURRENCY?\n",
  );
});

test("variables that Kubernetes makes of a service's name, and empty ones, are nobody's mistake", () => {
  const made = [
    "SHADOWDIFF_SERVICE_HOST",
    "SHADOWDIFF_SERVICE_PORT",
    "SHADOWDIFF_SERVICE_PORT_HTTP",
    "SHADOWDIFF_PORT",
    "SHADOWDIFF_PORT_9545_TCP",
    "SHADOWDIFF_PORT_9545_TCP_ADDR",
    "SHADOWDIFF_RECORD_SERVICE_HOST",
    "SHADOWDIFF_RECORD_PORT_9545_TCP_PROTO",
    "SHADOWDIFF_SLACK_WEBHOOK_EXT_ACME",
    "PATH",
  ];
  expect(unknownVariables(Object.fromEntries(made.map((name) => [name, "x"])), [])).toEqual([]);
  expect(unknownVariables({ SHADOWDIFF_CANDIDTE: "" }, [])).toEqual([]);
});

test("every variable that code, docs and CI name is known", async () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const files = ["src", "docs/guides", "ci", "templates"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|md|yml|mjs|hbs)$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  const options = commands.flatMap(({ command }) => fieldsOf(command.options));
  const variables = new Set(options.map(({ variable }) => variable));
  const named = [...files, path.join(root, "README.md"), path.join(root, "action.yml")].flatMap(
    (file) => readFileSync(file, "utf8").match(/SHADOWDIFF_[A-Z_]*[A-Z]/g) ?? [],
  );
  const unknown = [...new Set(named)].filter(
    (name) => !variables.has(name) && !isOtherVariable(name) && name !== "SHADOWDIFF_SLACK_WEBHOOK",
  );
  expect(unknown).toEqual([]);
});

test.each([
  ["localhost:8545", 'got "localhost:8545": did you mean http://localhost:8545?'],
  ["10.0.0.1:8545/v2/canary-key", 'got "10.0.0.1:8545": did you mean http://10.0.0.1:8545?'],
  ["http://a,http://b", "got 2 in one: give the option once for each"],
  ["user:canary@node:8545", 'got "node:8545": did you mean http://node:8545?'],
  ["htp://canary@node/canary", 'got "htp://node"'],
])("--old %s says what was meant, and repeats no key", async (old, message) => {
  const words = ["check", "--old", old, "--candidate", "http://a"];
  const { code, stderr } = await runCli(words, { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("canary");
});

async function replay(words: string[], options: Parameters<typeof runCli>[1] = {}) {
  connections = 0;
  const sides = ["--old", url, "--candidate", url, "--out", `run-${Math.random()}`];
  const { code, stderr } = await runCli(["replay", "calls.sqlite", ...sides, ...words], {
    cwd,
    ...options,
  });
  return { code, stderr, asked: connections > 0 };
}

test.each([
  [["--include", "eth_chainid"], 'did you mean "eth_chainId"?'],
  [["--include", "eth_foo*"], "The recording has eth_chainId."],
  [["--include", "eth_chainId", "--include", "debug_*"], '"debug_*"'],
])("%j matches nothing: an error before the first request", async (words, message) => {
  const { code, stderr, asked } = await replay([...words, "--network", "1"]);
  expect({ code, asked }).toEqual({ code: 2, asked: false });
  expect(stderr).toContain("--include matches no recorded call");
  expect(stderr).toContain(message);
});

test("an include of the file that matches nothing is said by run before the first request", async () => {
  const result = await runFile('replay: {REPLAY, include: ["eth_foo"]}');
  expect(result).toMatchObject({ code: 2, connections: 0 });
  expect(result.said).toContain("--include matches no recorded call");
});

test("globs that match let the replay begin", async () => {
  const words = ["--include", "eth_*", "--include", "eth_chainId", "--network", "1"];
  expect(await replay(words)).toMatchObject({ asked: true });
});

describe("a recording of an unknown network", () => {
  const WARNING = "Nothing says which network calls is from";

  test("in CI it has to be said, before the first request", async () => {
    const { code, stderr, asked } = await replay([], { env: { CI: "true" } });
    expect({ code, asked }).toEqual({ code: 2, asked: false });
    expect(stderr).toContain(WARNING);
    expect(stderr).toContain("--network CHAIN_ID");
    const result = await runFile("replay: {REPLAY}", { CI: "1" });
    expect(result).toMatchObject({ code: 2, connections: 0 });
    expect(await replay(["--network", "1"], { env: { CI: "true" } })).toMatchObject({
      asked: true,
    });
  });

  test("a person is asked, and a no sends nothing", async () => {
    const no = await replay([], { io: { terminal: true, ask: () => Promise.resolve(false) } });
    expect(no).toMatchObject({ code: 2, asked: false });
    expect(no.stderr).toContain(WARNING);
    const yes = await replay([], { io: { terminal: true, ask: () => Promise.resolve(true) } });
    expect(yes.asked).toBe(true);
  });

  test("elsewhere there is a warning", async () => {
    const { stderr, asked } = await replay([]);
    expect(stderr).toContain(`Warning: ${WARNING}`);
    expect(asked).toBe(true);
  });

  test("one that is said is not asked for", async () => {
    expect((await replay(["--network", "1"])).stderr).not.toContain(WARNING);
  });
});
