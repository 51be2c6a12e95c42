import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { ANVILS, startAnvil, type Anvil } from "../../src/demo/anvil.ts";
import { startNodes } from "../../src/demo/live.ts";
import { freePort, listens } from "../../src/demo/steps.ts";
import { CUSTOMERS, driveTraffic, makeCalls, type Call } from "../../src/demo/traffic.ts";
import { startReceivers } from "../notice/receivers.ts";
import { startHaproxy } from "../rollout/haproxy.ts";
import { startAlteringProxy, type AlteringProxy } from "../support/servers/altering-proxy.ts";
import { commandLines } from "../../src/cli/command-lines.ts";
import { WIDTH } from "../../src/words.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { FakeGithub } from "../watch/github.ts";

export interface RehearsalOptions {
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly calls: number;
}

export interface Rehearsed {
  /** State of each step of the checklist at the end. */
  readonly states: readonly string[];
  /** Journal of the roll-out: what, weight, who and why. */
  readonly journal: readonly {
    readonly what: string;
    readonly weight: number;
    readonly by: string;
    readonly why: string;
  }[];
  /** Requests of the clients during both roll-outs, and those that failed: no answer, or an HTTP error. */
  readonly requests: number;
  readonly failed: number;
  /** Answers that clients got wrong before the roll-back. */
  readonly wrong: number;
  readonly mails: number;
  readonly slack: number;
}

const DAY_MS = 86_400_000;
const KEY = "a key of the rehearsal, 32 characters";

/**
 * The whole playbook with real parts on one machine: a release upstream, six nodes of two versions behind a real HAProxy, a recording,
 * replays, notices to real servers, a live shadow, a roll-out that goes back when the new nodes begin to lie, and one that arrives.
 */
export async function rehearse({ folder, say, calls }: RehearsalOptions): Promise<Rehearsed> {
  await using cleanup = new AsyncDisposableStack();
  const receivers = await startReceivers();
  cleanup.defer(() => receivers.close());
  const env = {
    ...receivers.env,
    SHADOWDIFF_KEY: KEY,
    SHADOWDIFF_SLACK_WEBHOOK_OPS: `http://127.0.0.1:${receivers.httpPort}/slack/ops`,
  };
  let ahead = 0;
  const shell = async (
    line: string,
    expected: readonly number[] = [0],
    signal?: AbortSignal,
  ): Promise<CliResult> => {
    const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
    const result = await runCli(words, {
      cwd: folder,
      env,
      now: () => new Date(Date.now() + ahead),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!expected.includes(result.code))
      throw new Error(
        `shadowdiff ${line}\nends with ${result.code}\n${result.stdout}${result.stderr}`,
      );
    say(`${commandLines(`$ shadowdiff ${line}`, "  ", WIDTH - 6)}  → ${result.code}`);
    return result;
  };

  say("A release appears upstream.");
  const github = new FakeGithub();
  await github.start();
  cleanup.use(github);
  github.releases = [
    {
      id: 1,
      tag: "v1.7.1",
      publishedAt: new Date(Date.now() - DAY_MS).toISOString(),
      body: "We recommend all users upgrade.\n- blockTimestamp is part of receipts and transactions now (#1)\n",
    },
  ];
  writeFileSync(
    path.join(folder, "watch.yaml"),
    stringify({
      api: github.url,
      clients: [
        {
          client: "anvil",
          repository: "foundry-rs/foundry",
          running: "1.6.0",
          maxBehind: { releases: 5 },
        },
      ],
      tell: { slack: ["ops"] },
    }),
  );
  await shell("watch --open");
  const dir = "upgrades/anvil-1.7.1";
  const upgrade = path.join(folder, dir, "upgrade.yaml");
  const facts = parse(readFileSync(upgrade, "utf8")) as Record<string, unknown>;
  const at = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

  say("Two fleets of three nodes behind HAProxy.");
  const nodes = await startNodes(path.join(folder, "nodes"));
  const old = [nodes.old];
  const fresh = [nodes.candidate];
  cleanup.defer(
    async () => void (await Promise.all([...old, ...fresh].map((node) => node.stop()))),
  );
  const more = (name: string, version: string): Promise<Anvil> =>
    startAnvil(version, {
      flags: [
        "--timestamp",
        "1700000000",
        "--load-state",
        path.join(folder, "nodes", "state.json"),
      ],
      log: path.join(folder, "nodes", `${name}.log`),
    });
  for (const index of [1, 2]) {
    old.push(await more(`old${index}`, ANVILS.old));
    fresh.push(await more(`candidate${index}`, ANVILS.candidate));
  }
  let lies = false;
  const proxies: AlteringProxy[] = [];
  for (const { url } of fresh)
    proxies.push(
      await startAlteringProxy(url, (asked, answer) =>
        lies && asked.includes("eth_getBalance")
          ? answer.replace('"result":"0x', '"result":"0x9')
          : null,
      ),
    );
  cleanup.defer(async () => void (await Promise.all(proxies.map((proxy) => proxy.close()))));
  const haproxy = await startHaproxy(
    old.map(({ url }) => portOf(url)),
    proxies.map(({ url }) => portOf(url)),
  );
  cleanup.defer(() => haproxy.stop());
  const candidate = proxies[0]!.url;

  Object.assign(facts, {
    network: "Rehearsal network",
    endpoint: haproxy.url,
    changesAt: at(7),
    test: { endpoint: candidate, until: at(6.9) },
    oldVersion: { keptUntil: at(10) },
    contact: { email: "ops@example.com" },
  });
  writeFileSync(upgrade, stringify(facts));
  writeFileSync(
    path.join(folder, "shadowdiff.yaml"),
    stringify({
      limits: { objections: 0 },
      require: {
        comparedCalls: 10,
        callsPerMethod: 1,
        methodCoverage: 0.3,
        uncomparableRate: 0.9,
        noiseRate: 0.5,
        changelogCases: "any",
      },
      latency: { maxIncrease: 1_000 },
    }),
  );
  writeFileSync(
    path.join(folder, "customers.csv"),
    [
      "account,key,name,email",
      ...CUSTOMERS.map(
        ({ key }, index) => `customer${index},${key},Example ${index},customer${index}@example.com`,
      ),
      "",
    ].join("\n"),
  );

  say("Traffic is recorded and replayed; the changelog becomes cases.");
  const all = makeCalls(nodes.chain, calls, 7);
  await recorded(shell, haproxy.url, "traffic.sqlite", all);
  await shell(`upgrade cases ${dir}`);
  const own = `${dir}/runs/traffic`;
  await shell(`replay traffic.sqlite --old ${nodes.old.url} --candidate ${candidate} --out ${own}`);
  await shell(`report ${own} --format html --format json`);
  await shell(`gate ${own}`, [1]);
  const found = JSON.parse(readFileSync(path.join(folder, own, "findings.json"), "utf8")) as {
    findings: { fingerprint: string; severity: string }[];
  };
  for (const { fingerprint, severity } of found.findings)
    if (severity !== "noise" && severity !== "info")
      await shell(`accept ${own} ${fingerprint} --reason "told to all customers" --owner ops`);
  await shell(`gate ${own}`);
  await shell(
    `upgrade sign ${dir} 4 --waive --by Rehearsal --reason "anvil has no changelog knowledge"`,
  );
  await status(shell, dir, say);

  say("Customers are told; one objects, and is heard.");
  await shell(
    `notice draft ${own} --upgrade ${dir}/upgrade.yaml --customers customers.csv --allow-unsettled`,
  );
  await shell(`notice approve ${own} --all --by Rehearsal`);
  await shell(`notice send ${own} --send`);
  await shell(`notice answer customer1 objects --run ${own} --reason "release freeze"`);
  await shell(`gate ${own}`, [1, 3]);
  await shell(`notice answer customer1 ready --run ${own}`);
  await shell(`gate ${own}`);

  say("A preview, a rehearsed roll-back, and support.");
  await shell(`upgrade preview ${dir} --try ${candidate}`);
  await shell(`upgrade support ${dir}`);
  await shell(`upgrade sign ${dir} 11 --by Rehearsal --reason "support was briefed"`);
  await shell(
    `upgrade sign ${dir} 14 --waive --by Rehearsal --reason "one client on this network"`,
  );
  writeFileSync(
    path.join(folder, dir, "rollout.yaml"),
    stringify(rolloutPlan(haproxy.socket, await freePort(), { soak: "1s", at25: "1s" })),
  );
  await shell(`rollout rehearse ${dir}`);

  say("At 25 % the new nodes begin to lie: back to old.");
  const first = await shifted({
    folder,
    shell,
    dir,
    haproxy,
    nodes: { old: nodes.old.url, candidate },
    all,
    name: "live-1",
    soak: "500ms",
    soakAt25: "30s",
    at25: () => (lies = true),
  });
  if (first.outcome !== 1) throw new Error(`the first roll-out ended with ${first.outcome}`);
  await status(shell, dir, say);

  say("Mended, it goes all the way, holds, and old is retired.");
  lies = false;
  const second = await shifted({
    folder,
    shell,
    dir,
    haproxy,
    nodes: { old: nodes.old.url, candidate },
    all,
    name: "live-2",
    soak: "500ms",
    soakAt25: "500ms",
    at25: () => {},
  });
  if (second.outcome !== 0) throw new Error(`the second roll-out ended with ${second.outcome}`);
  ahead = 11 * DAY_MS;
  await shell(`rollout retire ${dir} --reason "kept until the day that was promised"`);
  ahead = 0;
  const states = await status(shell, dir, say);
  const journal = readFileSync(path.join(folder, dir, "rollout.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Rehearsed["journal"][number]);
  return {
    states,
    journal,
    requests: first.requests + second.requests,
    failed: first.failed + second.failed,
    wrong: proxies.reduce((sum, proxy) => sum + proxy.altered(), 0),
    mails: receivers.accepted.filter(({ channel }) => channel === "email").length,
    slack: receivers.accepted.filter(({ channel }) => channel === "slack").length,
  };
}

type Shell = (
  line: string,
  expected?: readonly number[],
  signal?: AbortSignal,
) => Promise<CliResult>;

async function recorded(
  shell: Shell,
  target: string,
  out: string,
  calls: readonly Call[],
): Promise<void> {
  const port = await freePort();
  const stop = new AbortController();
  const recorder = shell(
    `record --target ${target} --listen 127.0.0.1:${port} --out ${out} --customer header:x-api-key`,
    [0],
    stop.signal,
  );
  try {
    await Promise.race([listens(port), recorder]);
    await driveTraffic(`http://127.0.0.1:${port}`, calls, new AbortController().signal);
  } finally {
    stop.abort();
    await recorder;
  }
}

async function status(shell: Shell, dir: string, say: (line: string) => void): Promise<string[]> {
  const text = await shell(`upgrade status ${dir}`);
  for (const line of text.stdout.split("\n")) say(line);
  const { stdout } = await shell(`upgrade status ${dir} --json`);
  return (JSON.parse(stdout) as { steps: { state: string }[] }).steps.map(({ state }) => state);
}

function rolloutPlan(
  socket: string,
  verdictPort: number,
  { soak, at25 }: { readonly soak: string; readonly at25: string },
): Record<string, unknown> {
  return {
    engine: {
      kind: "haproxy",
      socket,
      backend: "nodes",
      old: ["old0", "old1", "old2"],
      candidate: ["new0", "new1", "new2"],
    },
    verdict: `http://127.0.0.1:${verdictPort}/v1/verdict?window=1h`,
    // Lies begin at 25 %: there is time enough to see them there.
    steps: [1, 5, 25, 50, 100].map((weight) => ({ weight, for: weight === 25 ? at25 : soak })),
    every: "100ms",
    blindAfter: "20s",
    hold: "1s",
  };
}

interface Shift {
  readonly folder: string;
  readonly shell: Shell;
  readonly dir: string;
  readonly haproxy: { readonly url: string; readonly socket: string };
  readonly nodes: { readonly old: string; readonly candidate: string };
  readonly all: readonly Call[];
  readonly name: string;
  readonly soak: string;
  readonly soakAt25: string;
  readonly at25: () => void;
}

/** A shadow looks at both nodes before it listens: long on a machine that is busy. */
const SHADOW_READY_MS = 60_000;

/** One roll-out under traffic, with a live shadow that gets a copy of each request as a mirror would send it. */
async function shifted(
  shift: Shift,
): Promise<{ outcome: number; requests: number; failed: number }> {
  const { folder, shell, dir, haproxy, nodes, all, name, soak, soakAt25, at25 } = shift;
  const sink = await freePort();
  const admin = await freePort();
  const stop = new AbortController();
  const shadow = shell(
    `shadow --target ${nodes.old} --candidate ${nodes.candidate} --sink 127.0.0.1:${sink} --admin 127.0.0.1:${admin} --sample 1 --out reports/${name}`,
    [0],
    stop.signal,
  );
  // A shadow that can't start says why; nothing would ever listen.
  await Promise.race([listens(sink, SHADOW_READY_MS), shadow]);
  writeFileSync(
    path.join(folder, dir, "rollout.yaml"),
    stringify(rolloutPlan(haproxy.socket, admin, { soak, at25: soakAt25 })),
  );
  let requests = 0;
  let failed = 0;
  const ending = new AbortController();
  const ended = ending.signal;
  const traffic = (async () => {
    for (let index = 0; !ended.aborted; index += 1) {
      const { method, params } = all[index % all.length]!;
      const body = JSON.stringify({ jsonrpc: "2.0", id: index, method, params });
      const headers = { "content-type": "application/json" };
      void fetch(`http://127.0.0.1:${sink}/`, { method: "POST", body, headers })
        .then((copy) => copy.text())
        .catch(() => "");
      requests += 1;
      try {
        const response = await fetch(haproxy.url, { method: "POST", body, headers });
        await response.text();
        if (response.status >= 500) failed += 1;
      } catch {
        failed += 1;
      }
      await pause(5);
    }
  })();
  const journal = path.join(folder, dir, "rollout.jsonl");
  const began = textOf(journal).length;
  const watcher = (async () => {
    while (!ended.aborted && !/"what":"made"[^\n]*"weight":25\b/.test(textOf(journal).slice(began)))
      await pause(20);
    if (!ended.aborted) at25();
  })();
  try {
    await verdictPasses(admin);
    const { code } = await shell(`rollout start ${dir} --by Rehearsal`, [0, 1]);
    return { outcome: code, requests, failed };
  } finally {
    ending.abort();
    await Promise.all([traffic, watcher]);
    stop.abort();
    await shadow;
  }
}

function portOf(url: string): { port: number } {
  return { port: Number(new URL(url).port) };
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Some traffic has to be compared before a live verdict says anything. */
async function verdictPasses(port: number): Promise<void> {
  let last = "";
  for (let waited = 0; waited < 400; waited += 1) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/v1/verdict?window=1h`);
      const { verdict } = (await response.json()) as {
        verdict: { verdict: string; reasons: { text: string }[] };
      };
      last = `${verdict.verdict}: ${verdict.reasons[0]?.text ?? ""}`;
      if (verdict.verdict === "pass") return;
    } catch (error) {
      last = String(error);
    }
    await pause(100);
  }
  throw new Error(`the live verdict stays ${last}`);
}
