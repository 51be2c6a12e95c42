import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createRecording } from "../../src/recording/writer.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { call, startNode, post } from "./support/recorders.ts";
import { freePort } from "../support/ports.ts";

const ENV = { SHADOWDIFF_KEY: "a key for tests, of 32 characters" };

it("records until it is interrupted, and says what it saw", async () => {
  const folder = temporaryFolder();
  const node = await startNode();
  const port = await freePort();
  const ending = new AbortController();
  const running = runCli(
    [
      "record",
      "--target",
      node.url,
      "--listen",
      `127.0.0.1:${port}`,
      "--out",
      "r.sqlite",
      "--customer",
      "header:x-api-key",
      "--min-free",
      "0",
    ],
    { cwd: folder, env: ENV, signal: ending.signal },
  );
  let answer = "";
  for (let tries = 0; tries < 2_000 && answer === ""; tries += 1) {
    answer = await post(`http://127.0.0.1:${port}`, call(7, "eth_call"), {
      "x-api-key": "alice",
    }).catch(() => "");
    if (answer === "") await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(answer).toBe('{"jsonrpc":"2.0","id":7,"result":"eth_call"}');
  ending.abort();
  const { code, stdout, stderr } = await running;
  expect([code, stdout]).toEqual([0, "seen 1 = stored 1 + dropped 0\nRecording: r.sqlite\n"]);
  expect(stderr).toBe(
    `Recording http://127.0.0.1:${node.port} (chain unknown) at http://127.0.0.1:${port}\nStopping: open requests may end first\n`,
  );
  const shown = await runCli(["inspect", "r.sqlite"], { cwd: folder });
  expect(shown.stdout).toMatch(/^eth_call +1 +1 +100\.00 % /m);
  expect(shown.stdout).toMatch(/^cus_[0-9a-f]{16} +1 +1 +eth_call 1$/m);
  const shapes = await runCli(["inspect", "r.sqlite", "--shapes"], { cwd: folder });
  expect(shapes.stdout).toMatch(/^method +kept +traffic +parameters\neth_call +1 +1 +\[\]$/m);
});

describe("bad usage", () => {
  it("is said in a line or two", async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, "there.sqlite"), "mine");
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const run = async (flags: string, env: Record<string, string> = ENV): Promise<string> => {
      const { code, stderr } = await runCli(["record", ...flags.split(" ")], { cwd: folder, env });
      return `${code}: ${stderr.replaceAll(folder, "FOLDER").replaceAll(String(port), "PORT")}`;
    };
    const target = "--target http://127.0.0.1:1";
    expect([
      await run("--out r.sqlite"),
      await run(`${target} --sink --out r.sqlite`),
      await run("--target ftp://x --out r.sqlite"),
      await run("--target ws://127.0.0.1:1 --out r.sqlite"),
      await run("--target http://user:secret@127.0.0.1:1 --out r.sqlite"),
      await run(`${target} --out r.sqlite --listen nowhere`),
      await run(`${target} --out r.sqlite --customer cookie:x`),
      await run(`${target} --out r.sqlite --keep-files 3`),
      await run(`${target} --out r.sqlite --sample 2`),
      await run(`${target} --out r.sqlite`, { SHADOWDIFF_KEY: "short" }),
      await run(`${target} --out there.sqlite`),
      await run(`${target} --out there.sqlite/r.sqlite`),
      await run(`${target} --out r.sqlite --listen 127.0.0.1:${port}`),
    ]).toMatchInlineSnapshot(`
      [
        "2: record takes either --target URL or --sink
        --target stands in front of a node; --sink receives copies from a mirror.
      ",
        "2: record takes either --target URL or --sink
        --target stands in front of a node; --sink receives copies from a mirror.
      ",
        "2: These options can't be used:
        --target: expected an http, https, ws or wss URL; got "ftp://x"
      ",
        "2: --target takes an http or https URL; WebSocket goes through the same port
        Write http instead of ws, https instead of wss.
      ",
        "2: --target must not hold a user name or password
        Clients send their own credentials through the recorder.
      ",
        "2: --listen nowhere is not understood
        Give HOST:PORT, such as 127.0.0.1:8545; port 0 takes a free one.
      ",
        "2: --customer cookie:x is not understood
        Give header:NAME, path:N, query:NAME, basic or jwt:CLAIM.
      ",
        "2: --keep-files and --keep-for need --rotate-size or --rotate-every
      ",
        "2: These options can't be used:
        --sample: expected a share such as 1% or 0.01, got "2"
      ",
        "2: SHADOWDIFF_KEY is too short: 5 characters
        Give at least 16, for example from \`openssl rand -hex 32\`.
      ",
        "2: FOLDER/there.sqlite exists already
        Choose another --out, or rotate with --rotate-every.
      ",
        "2: Cannot create the recording FOLDER/there.sqlite/r.sqlite
        EEXIST: file already exists, mkdir 'FOLDER/there.sqlite'
      ",
        "4: Cannot listen at --listen 127.0.0.1:PORT: another program uses that port
      ",
      ]
    `);
    expect(readdirSync(folder)).toEqual(["there.sqlite"]);
  });
});

describe("inspect", () => {
  it("shows what is in a recording as JSON, and forgets a customer", async () => {
    const folder = temporaryFolder();
    const writer = createRecording(path.join(folder, "r.sqlite"), {
      source: "jsonl",
      network: { chainId: "1", genesisHash: null },
      keyId: "aaaa",
      options: {},
      createdAt: 0,
    });
    for (let index = 0; index < 10; index += 1) {
      writer.add({
        at: index * 1_000,
        durationMs: index,
        protocol: "json-rpc",
        transport: "http",
        connection: 1,
        customer: index < 3 ? "cus_0000000000000001" : "cus_0000000000000002",
        name: null,
        request: { verb: "POST", path: "/", headers: {}, body: Buffer.from("{}") },
        response: { status: index < 2 ? 500 : 200, headers: {}, body: Buffer.from("[]") },
        unreplayable: index === 0 ? "writes" : null,
        method: index % 2 === 0 ? "eth_call" : "eth_getLogs",
        errorCode: index === 5 ? -32000 : null,
      });
    }
    writer.close();
    const json = JSON.parse(
      (await runCli(["inspect", "r.sqlite", "--json"], { cwd: folder })).stdout,
    );
    expect(json).toMatchObject({
      facts: { name: "r", seen: 10, stored: 10 },
      ratePerSecond: 10 / 9,
      statuses: { 200: 8, 500: 2 },
      unreplayable: { writes: 1 },
      methods: [
        {
          method: "eth_call",
          kept: 5,
          traffic: 5,
          share: 0.5,
          errors: 1,
          unreplayable: 1,
          p50Ms: 4,
          p95Ms: 6,
        },
        { method: "eth_getLogs", kept: 5, errors: 2, requestBytes: 10, responseBytes: 10 },
      ],
      customers: [
        { customer: "cus_0000000000000002", kept: 7, traffic: { estimate: 7, lower: 7, upper: 7 } },
        {
          customer: "cus_0000000000000001",
          kept: 3,
          methods: [
            { method: "eth_call", kept: 2 },
            { method: "eth_getLogs", kept: 1 },
          ],
        },
      ],
    });
    const forgotten = await runCli(["inspect", "r.sqlite", "--forget", "cus_0000000000000002"], {
      cwd: folder,
    });
    expect(forgotten.stdout).toContain("Deleted 7 exchanges of cus_0000000000000002\n");
    expect(forgotten.stdout).toContain("seen 10 = stored 3 + dropped 7 (forgotten 7)");
    const unknown = await runCli(["inspect", "r.sqlite", "--forget", "cus_0000000000000002"], {
      cwd: folder,
    });
    expect(unknown.code).toBe(2);
  });
});
