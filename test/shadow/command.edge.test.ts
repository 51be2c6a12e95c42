import { readFileSync, readdirSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import path from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { waitUntil } from "../../src/record/path/listening.ts";
import { readRun } from "../../src/runs/reader.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePort } from "../support/ports.ts";
import {
  startFakeNode,
  type FakeNode,
  type FakeNodeOptions,
} from "../support/servers/fake-node.ts";
import { childrenOf, startProgram, type Program } from "./processes.ts";

// Three processes start for each, beside whatever else the machine does.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const SECRET = "sk_live_51Hxq9ZqLrT8wYb";

interface Setup {
  readonly old: FakeNode;
  readonly candidate: FakeNode;
  readonly candidateHeaders: IncomingHttpHeaders[];
  readonly program: Program;
  readonly url: string;
  readonly admin: string;
  readonly out: string;
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  /** The verdict's document, once so many calls are in it. */
  verdictOf(calls: number): Promise<Document>;
}

interface Document {
  readonly counts: Record<string, number>;
  readonly verdict: { readonly verdict: string };
  readonly findings: readonly { readonly kind: string; readonly confidence: string }[];
}

async function start(options: {
  readonly candidate?: FakeNodeOptions;
  readonly words?: readonly string[];
  readonly out?: string;
}): Promise<Setup> {
  const candidateHeaders: IncomingHttpHeaders[] = [];
  const old = await startFakeNode();
  const candidate = await startFakeNode({
    ...options.candidate,
    respond(_, __, request) {
      candidateHeaders.push(request.headers);
      return false;
    },
  });
  onTestFinished(() => old.close());
  onTestFinished(() => candidate.close());
  const [port, adminPort] = [await freePort(), await freePort()];
  const out = options.out ?? path.join(temporaryFolder(), "live");
  const program = startProgram(
    [
      "shadow",
      "--target",
      old.url,
      "--candidate",
      candidate.url,
      "--out",
      out,
      "--listen",
      `127.0.0.1:${port}`,
      "--admin",
      `127.0.0.1:${adminPort}`,
      "--customer",
      "header:x-api-key",
      ...(options.words ?? []),
    ],
    { SHADOWDIFF_CANDIDATE_HEADERS: "x-node-token: of the candidate" },
  );
  await program.hears("In front of ");
  const url = `http://127.0.0.1:${port}`;
  const admin = `http://127.0.0.1:${adminPort}`;
  return {
    old,
    candidate,
    candidateHeaders,
    program,
    url,
    admin,
    out,
    async call(method, params) {
      const answer = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-api-key": SECRET,
          authorization: `Bearer ${SECRET}`,
          cookie: `session=${SECRET}`,
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      });
      return ((await answer.json()) as { result?: unknown }).result;
    },
    async verdictOf(calls) {
      let document: Document | undefined;
      for (let tries = 0; tries < 400; tries++) {
        document = (await (await fetch(`${admin}/v1/verdict?window=10m`)).json()) as Document;
        if ((document.counts?.["calls"] ?? 0) >= calls) break;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      return document as Document;
    },
  };
}

describe("shadow, in front of a node", () => {
  test("gives clients old's answers, compares, finds, and lets no secret out", async () => {
    const shadow = await start({
      candidate: {
        answer: ({ method }) =>
          method === "eth_getBlockReceipts"
            ? { error: { code: -32000, message: "out of order" } }
            : undefined,
      },
    });
    for (let call = 0; call < 20; call++) {
      expect(await shadow.call("eth_chainId", [])).toBe("0x7");
      await shadow.call("eth_getBlockReceipts", ["0x5"]);
    }
    await shadow.call("eth_sendRawTransaction", ["0x02f8"]);
    const document = await shadow.verdictOf(41);
    expect(document.counts).toMatchObject({
      calls: 41,
      compared: 40,
      same: 20,
      different: 20,
      skipped: 1,
    });
    expect(document.verdict.verdict).toBe("fail");
    expect(document.findings).toMatchObject([{ kind: "result-to-error", confidence: "confirmed" }]);
    expect(shadow.candidate.asked.map(({ method }) => method)).not.toContain(
      "eth_sendRawTransaction",
    );
    // What clients sent to be let in is theirs and old's; the candidate has its own.
    const sent = JSON.stringify(shadow.candidateHeaders);
    expect(sent).not.toContain(SECRET);
    expect(shadow.candidateHeaders.every((headers) => headers["x-node-token"] !== undefined)).toBe(
      true,
    );

    expect(await shadow.program.end()).toBe(0);
    for (const file of readdirSync(shadow.out))
      expect(readFileSync(path.join(shadow.out, file)).includes(SECRET)).toBe(false);
    expect(shadow.program.said()).not.toContain(SECRET);
    const { header, customers } = readRun(shadow.out);
    expect(customers.map(({ id }) => id)).toEqual([expect.stringMatching(/^cus_[0-9a-f]{16}$/)]);
    const [live] = header.recordings;
    expect(live?.seen).toBe(41);
    expect(live?.stored).toBe(41);
    // The run is one like any other.
    const gate = await runCli(["gate", shadow.out, "--window", "1h"]);
    expect(gate.code).toBe(1);
    const report = await runCli(["report", shadow.out, "--format", "json"]);
    expect(report.code).toBe(0);
  });

  test("serves clients whatever becomes of its other processes, and goes on in the same run", async () => {
    const shadow = await start({});
    await shadow.call("eth_chainId", []);
    await shadow.verdictOf(1);
    const comparer = childrenOf(shadow.program.child.pid ?? 0).find(({ command }) =>
      command.includes("comparer-process"),
    );
    process.kill(comparer?.pid ?? 0, "SIGKILL");
    for (let call = 0; call < 20; call++) expect(await shadow.call("eth_chainId", [])).toBe("0x7");
    await shadow.program.hears("The comparer ended and is started again");
    // Whatever was lost meanwhile is counted; calls after that are compared again.
    await waitUntil(() => readRun(shadow.out).counts.calls > 0, 60_000);
    const before = readRun(shadow.out).counts.calls;
    for (let tries = 0; tries < 200 && readRun(shadow.out).counts.calls <= before; tries++) {
      await shadow.call("eth_chainId", []);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(readRun(shadow.out).counts.calls).toBeGreaterThan(before);
    expect(await shadow.program.end()).toBe(0);
    const [live] = readRun(shadow.out).header.recordings;
    const dropped = Object.values(live?.dropped ?? {}).reduce((sum, own) => sum + own, 0);
    expect(live?.seen).toBe((live?.stored ?? 0) + dropped);
    expect(dropped).toBeGreaterThan(0);
  });

  test("leaves no process behind when it is killed, and loses a second of the run at most", async () => {
    const shadow = await start({});
    for (let call = 0; call < 5; call++) await shadow.call("eth_chainId", []);
    await shadow.verdictOf(5);
    const children = childrenOf(shadow.program.child.pid ?? 0);
    expect(children).toHaveLength(2);
    shadow.program.child.kill("SIGKILL");
    expect(await waitUntil(() => !children.some(({ pid }) => isRunning(pid)), 60_000)).toBe(true);
    expect(readRun(shadow.out)).toMatchObject({ complete: true, counts: { compared: 5 } });
    // And it goes on where it was.
    const again = await start({ out: shadow.out });
    expect(again.program.said()).not.toContain("another one");
  });

  test("refuses a run of other versions, and a candidate of another network", async () => {
    const first = await start({});
    await first.call("eth_chainId", []);
    await first.verdictOf(1);
    await first.program.end();
    const other = await startFakeNode({ version: "Fake/v2.0.0" });
    const foreign = await startFakeNode({ chainId: 8 });
    onTestFinished(() => other.close());
    onTestFinished(() => foreign.close());
    const words = (candidate: string, out: string): string[] => [
      "shadow",
      "--target",
      first.old.url,
      "--candidate",
      candidate,
      "--listen",
      "127.0.0.1:0",
      "--out",
      out,
    ];
    const versions = startProgram(words(other.url, first.out));
    await versions.hears("is another one and can't be gone on with");
    const network = startProgram(words(foreign.url, path.join(temporaryFolder(), "run")));
    await network.hears("network");
    await waitUntil(
      () => versions.child.exitCode !== null && network.child.exitCode !== null,
      60_000,
    );
    expect([versions.child.exitCode, network.child.exitCode]).toEqual([2, 2]);
  });

  test("gives each of several candidates a run and a verdict, and the worst where none is named", async () => {
    const second = await startFakeNode({
      answer: ({ method }) =>
        method === "eth_getBlockReceipts"
          ? { error: { code: -32000, message: "out of order" } }
          : undefined,
    });
    onTestFinished(() => second.close());
    const shadow = await start({ words: ["--candidate", second.url] });
    for (let call = 0; call < 5; call++) await shadow.call("eth_getBlockReceipts", ["0x5"]);
    const ask = async (run: string): Promise<Document> =>
      (await (await fetch(`${shadow.admin}/v1/verdict?window=10m${run}`)).json()) as Document;
    for (let tries = 0; tries < 400; tries++) {
      const documents = [await ask("&run=1"), await ask("&run=2")];
      if (documents.every(({ counts }) => counts?.["compared"] === 5)) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect((await ask("&run=1")).counts).toMatchObject({ same: 5, different: 0 });
    expect((await ask("&run=2")).counts).toMatchObject({ same: 0, different: 5 });
    expect((await ask("")).verdict.verdict).toBe("fail");
    expect((await ask("&run=3")).verdict.verdict).toBe("inconclusive");
  });

  test("passes traffic though the candidate is not there yet, and compares once it is", async () => {
    const old = await startFakeNode();
    onTestFinished(() => old.close());
    const [port, candidatePort] = [await freePort(), await freePort()];
    const out = path.join(temporaryFolder(), "live");
    const program = startProgram([
      "shadow",
      "--target",
      old.url,
      "--candidate",
      `http://127.0.0.1:${candidatePort}`,
      "--listen",
      `127.0.0.1:${port}`,
      "--out",
      out,
    ]);
    await program.hears("In front of ");
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
    const answer = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body });
    expect(await answer.text()).toContain('"0x7"');
    expect(program.said()).toContain("Nothing is compared");
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("shadow --sink", () => {
  test("answers a mirror's copies at once and asks both nodes", async () => {
    const old = await startFakeNode();
    const candidate = await startFakeNode({
      answer: ({ method }) => (method === "eth_getCode" ? { result: "0xbad" } : undefined),
    });
    onTestFinished(() => old.close());
    onTestFinished(() => candidate.close());
    const port = await freePort();
    const out = path.join(temporaryFolder(), "live");
    const program = startProgram([
      "shadow",
      "--target",
      old.url,
      "--candidate",
      candidate.url,
      "--sink",
      `127.0.0.1:${port}`,
      "--out",
      out,
    ]);
    await program.hears("Comparing a mirror's copies");
    for (const method of ["eth_chainId", "eth_getCode"]) {
      const answer = await fetch(`http://127.0.0.1:${port}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: ["0x01", "0x5"] }),
      });
      expect(answer.status).toBe(204);
    }
    await waitUntil(() => {
      try {
        return readRun(out).counts.calls >= 2;
      } catch {
        return false;
      }
    }, 60_000);
    expect(readRun(out).counts).toMatchObject({ compared: 2, same: 1, different: 1 });
  });
});
