import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { lookAt } from "../../src/rollout/engines/haproxy-socket.ts";
import { readJournal } from "../../src/rollout/journal.ts";
import {
  rehearseRollBack,
  resumeRollout,
  retireOld,
  rollBackNow,
  startRollout,
  statusOf,
  type RolloutRequest,
} from "../../src/stages/rollout.ts";
import { initUpgrade, signStep, upgradeStatus } from "../../src/stages/upgrade.ts";
import { placesIn } from "../../src/upgrade/folder.ts";
import { HAS_HAPROXY, NamedNode, startHaproxy, whoAnswers, type Haproxy } from "./haproxy.ts";
import { freePort } from "../support/ports.ts";

let folder = "";
let verdict = { verdict: "pass", reasons: [] as { text: string }[] };
let verdictServer: Server;
let old: NamedNode[] = [];
let fresh: NamedNode[] = [];
let haproxy: Haproxy;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-rollout-"));
  verdict = { verdict: "pass", reasons: [] };
  verdictServer = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ verdict }));
  });
  verdictServer.listen(0, "127.0.0.1");
  await once(verdictServer, "listening");
  old = [new NamedNode("old0"), new NamedNode("old1")];
  fresh = [new NamedNode("new0"), new NamedNode("new1")];
  await Promise.all([...old, ...fresh].map((node) => node.start()));
});

afterEach(async () => {
  await haproxy.stop();
  await Promise.all([...old, ...fresh].map((node) => node.stop()));
  verdictServer.closeAllConnections();
  verdictServer.close();
  rmSync(folder, { recursive: true, force: true });
});

async function prepare(plan: Record<string, unknown> = {}): Promise<RolloutRequest> {
  haproxy = await startHaproxy(old, fresh);
  initUpgrade(folder, {
    client: "geth",
    from: "1.16.7",
    to: "1.17.0",
    releaseNotes: null,
    urgency: "optional",
    forkAt: null,
    rollback: true,
  });
  for (const step of [5, 6])
    signStep(folder, {
      step,
      state: "waived",
      by: "a test",
      at: new Date().toISOString(),
      reason: "not its matter",
    });
  const { port } = verdictServer.address() as AddressInfo;
  writeFileSync(
    placesIn(folder).rolloutPlan,
    stringify({
      engine: {
        kind: "haproxy",
        socket: haproxy.socket,
        backend: "nodes",
        old: ["old0", "old1"],
        candidate: ["new0", "new1"],
      },
      verdict: `http://127.0.0.1:${port}/v1/verdict`,
      steps: [
        { weight: 10, for: "100ms" },
        { weight: 50, for: "100ms" },
        { weight: 100, for: "100ms" },
      ],
      every: "20ms",
      hold: "200ms",
      drain: "10ms",
      blindAfter: "500ms",
      ...plan,
    }),
  );
  return {
    folder,
    settings: {},
    cwd: folder,
    token: undefined,
    now: () => new Date(),
    signal: new AbortController().signal,
    say: () => {},
  };
}

const made = (): number[] =>
  readJournal(placesIn(folder).rollout).flatMap(({ what, weight }) =>
    what === "made" ? [weight] : [],
  );

describe.skipIf(!HAS_HAPROXY)("a roll-out by HAProxy's runtime socket (Debian's haproxy)", () => {
  test("goes through its steps, holds, is complete, and old can be retired", async () => {
    const request = await prepare();
    expect(await rehearseRollBack(request, "a test")).toBeLessThan(1_000);
    expect(await startRollout(request, "a test")).toBe("complete");
    expect(made()).toEqual([10, 50, 100]);
    expect(await whoAnswers(haproxy.url, 40)).toEqual({ new: 40 });
    const { steps } = upgradeStatus({ folder, settings: {}, cwd: folder, now: new Date() });
    expect([8, 9, 10, 12].map((number) => steps[number]?.state)).toEqual([
      "done",
      "done",
      "done",
      "done",
    ]);
    retireOld(folder, "a test", "kept long enough", new Date());
    expect(statusOf(folder).state).toBe("retired");
  });

  test("half of the traffic is half of the traffic, and a fail brings all of it back", async () => {
    const request = await prepare({
      steps: [
        { weight: 50, for: "1h" },
        { weight: 100, for: "1h" },
      ],
    });
    await rehearseRollBack(request, "a test");
    const running = startRollout(request, "a test");
    for (let waited = 0; made().length === 0 && waited < 500; waited += 1) await pause(10);
    await whoAnswers(haproxy.url, 50);
    const seen = await whoAnswers(haproxy.url, 100);
    expect(Math.abs((seen["new"] ?? 0) - 50)).toBeLessThanOrEqual(5);
    verdict = { verdict: "fail", reasons: [{ text: "1 breaking change" }] };
    expect(await running).toBe("rolled-back");
    expect(await whoAnswers(haproxy.url, 40)).toEqual({ old: 40 });
    expect(statusOf(folder)).toMatchObject({ state: "rolled-back", weight: 0 });
    expect(
      readJournal(placesIn(folder).rollout).findLast(({ what }) => what === "rollback"),
    ).toMatchObject({
      by: "gate",
      why: "verdict fail: 1 breaking change",
    });
  });

  test("new servers that err are seen by HAProxy's own counts, whatever the verdict says", async () => {
    const request = await prepare({
      steps: [
        { weight: 50, for: "1h" },
        { weight: 100, for: "1h" },
      ],
    });
    await rehearseRollBack(request, "a test");
    const running = startRollout(request, "a test");
    for (let waited = 0; made().length === 0 && waited < 500; waited += 1) await pause(10);
    for (const node of fresh) node.errs = true;
    await Promise.all(Array.from({ length: 60 }, () => whoAnswers(haproxy.url, 1)));
    expect(await running).toBe("rolled-back");
    expect(statusOf(folder).why).toMatch(/back on old|new servers err/);
  });

  test("a verdict that is gone is lost sight: back after the time that a team chose", async () => {
    const request = await prepare({
      steps: [
        { weight: 50, for: "1h" },
        { weight: 100, for: "1h" },
      ],
    });
    await rehearseRollBack(request, "a test");
    const running = startRollout(request, "a test");
    for (let waited = 0; made().length === 0 && waited < 500; waited += 1) await pause(10);
    verdictServer.removeAllListeners("request");
    verdictServer.on("request", (_request, response) => response.end("<html>log in</html>"));
    expect(await running).toBe("rolled-back");
  });

  test("somebody else's roll-back ends a roll-out that runs", async () => {
    const request = await prepare({
      steps: [
        { weight: 50, for: "1h" },
        { weight: 100, for: "1h" },
      ],
      every: "1h",
    });
    await rehearseRollBack(request, "a test");
    const running = startRollout(request, "a test");
    for (let waited = 0; made().length === 0 && waited < 500; waited += 1) await pause(10);
    expect(await rollBackNow(request, "R. Ito", "errors at a customer")).toBeLessThan(1_000);
    expect(await running).toBe("rolled-back");
    expect(await whoAnswers(haproxy.url, 20)).toEqual({ old: 20 });
  });

  test("it does not begin with fewer new servers than old ones", async () => {
    const request = await prepare();
    await rehearseRollBack(request, "a test");
    await fresh[1]?.stop();
    const servers = {
      socket: haproxy.socket,
      backend: "nodes",
      old: ["old0"],
      candidate: ["new1"],
    };
    for (let waited = 0; waited < 300; waited += 1) {
      if ((await lookAt(servers)).candidate.up === 0) break;
      await pause(20);
    }
    await expect(startRollout(request, "a test")).rejects.toThrow("can't carry the traffic");
    expect(readJournal(placesIn(folder).rollout)).toEqual([]);
    fresh = fresh.slice(0, 1);
  });

  test("nor before the steps that come first", async () => {
    const request = await prepare();
    await expect(startRollout(request, "a test")).rejects.toMatchObject({
      exitCode: 2,
      details: [expect.stringContaining("10. Roll-back was rehearsed")],
    });
  });

  test("notes that bar the way back ask for a snapshot first, by name; a roll-back says what not to do", async () => {
    const request = await prepare({
      steps: [
        { weight: 50, for: "1h" },
        { weight: 100, for: "1h" },
      ],
    });
    writeFileSync(
      placesIn(folder).notes,
      "The database is migrated at the first start.\nDowngrading is not supported without a resync.\n- Faster",
    );
    await rehearseRollBack(request, "a test");
    await expect(startRollout(request, "a test")).rejects.toMatchObject({
      exitCode: 2,
      details: expect.arrayContaining([
        "“The database is migrated at the first start.”",
        expect.stringContaining("Take a snapshot of old's data first"),
      ]),
    });
    expect(readJournal(placesIn(folder).rollout)).toEqual([]);
    signStep(folder, {
      step: 10,
      state: "waived",
      by: "R. Ito",
      at: new Date().toISOString(),
      reason: "snapshot old-2026-11-25 of this morning",
    });
    const running = startRollout(request, "a test");
    for (let waited = 0; made().length === 0 && waited < 500; waited += 1) await pause(10);
    const said: string[] = [];
    const back = { ...request, say: (line: string) => void said.push(line) };
    expect(await rollBackNow(back, "R. Ito", "errors")).toBeLessThan(1_000);
    expect(await running).toBe("rolled-back");
    expect(said.join("\n")).toContain("Do not start the old version on data");
    expect(said.join("\n")).toContain("“Downgrading is not supported without a resync.”");
  });

  test("stopped in the middle, it goes on where it was", async () => {
    const request = await prepare({
      steps: [
        { weight: 10, for: "1h" },
        { weight: 100, for: "50ms" },
      ],
    });
    await rehearseRollBack(request, "a test");
    const stopping = new AbortController();
    const running = startRollout({ ...request, signal: stopping.signal }, "a test");
    for (let waited = 0; made().length === 0 && waited < 500; waited += 1) await pause(10);
    stopping.abort();
    expect(await running).toBe("stopped");
    expect(statusOf(folder)).toMatchObject({ state: "running", weight: 10 });
    expect(await resumeSoon(request)).toBe("complete");
    expect(made()).toEqual([10, 100]);
  });
});

/** The first step's hour has passed: the clock says so. */
function resumeSoon(request: RolloutRequest): ReturnType<typeof resumeRollout> {
  const began = Date.now();
  return resumeRollout(
    {
      ...request,
      now: () => new Date(Date.now() - began < 200 ? Date.now() : Date.now() + 3_700_000),
    },
    "a test",
  );
}

describe.skipIf(!HAS_HAPROXY)("a roll-out by HAProxy's agent-check (Debian's haproxy)", () => {
  test("HAProxy asks for its weights; down closes the way to the new servers", async () => {
    const ports = { old: await freePort(), candidate: await freePort() };
    const request = await prepare();
    await haproxy.stop();
    haproxy = await startHaproxy(old, fresh, ports);
    const { port } = verdictServer.address() as AddressInfo;
    writeFileSync(
      placesIn(folder).rolloutPlan,
      stringify({
        engine: {
          kind: "agent",
          old: `127.0.0.1:${ports.old}`,
          candidate: `127.0.0.1:${ports.candidate}`,
          socket: haproxy.socket,
          backend: "nodes",
          servers: { old: ["old0", "old1"], candidate: ["new0", "new1"] },
        },
        verdict: `http://127.0.0.1:${port}/v1/verdict`,
        steps: [
          { weight: 25, for: "1h" },
          { weight: 100, for: "1h" },
        ],
        every: "20ms",
      }),
    );
    signStep(folder, {
      step: 10,
      state: "waived",
      by: "a test",
      at: new Date().toISOString(),
      reason: "tried elsewhere",
    });
    const running = startRollout(request, "a test");
    for (let waited = 0; made().length === 0 && waited < 1_500; waited += 1) await pause(10);
    await whoAnswers(haproxy.url, 80);
    const seen = await whoAnswers(haproxy.url, 80);
    expect(Math.abs((seen["new"] ?? 0) - 20)).toBeLessThanOrEqual(5);
    verdict = { verdict: "fail", reasons: [{ text: "broken" }] };
    expect(await running).toBe("rolled-back");
    expect(await whoAnswers(haproxy.url, 20)).toEqual({ old: 20 });
  });
});
