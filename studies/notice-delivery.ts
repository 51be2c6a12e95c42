import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { noticesPath } from "../src/notice/store/open.ts";
import { openOutbox } from "../src/notice/store/outbox.ts";
import { openStore } from "../src/notice/store/store.ts";
import { UPGRADE_FILE } from "../test/notice/build.ts";
import { killer, settlement } from "../test/notice/crash.ts";
import { Refusal, startReceivers } from "../test/notice/receivers.ts";
import type { Arrival } from "../test/notice/receivers.ts";
import { storeBuiltRun } from "../test/support/stored-run.ts";
import { provenance } from "./support/replaying.ts";

const METHODS = 30;
const PATHS = 10;
const KILLS = 20;

/** Numbers between 0 and 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function tokenOf(index: number): string {
  return `cus_${index.toString(16).padStart(16, "0")}`;
}

/** A run in which every customer meets every finding once: METHODS times PATHS of them. */
function storeRun(folder: string, customers: number): string {
  const rows = Array.from({ length: customers * METHODS }, (_, index) => ({
    method: `eth_method${index % METHODS}`,
    count: 1,
    customer: tokenOf(Math.floor(index / METHODS)),
    findings: Array.from({ length: PATHS }, (__, field) => ({
      kind: "field-removed" as const,
      path: `/result/field${field}`,
    })),
  }));
  return storeBuiltRun(folder, "run", rows);
}

function timed(words: readonly string[], folder: string, env: Record<string, string>): number {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const started = performance.now();
  const child = spawnSync(process.execPath, [main, ...words], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
  });
  if (child.status !== 0)
    throw new Error(`${words.join(" ")} ended with ${child.status}: ${child.stderr}`);
  return (performance.now() - started) / 1_000;
}

export const study = {
  name: "notice-delivery",
  summary:
    "1,000 customers with 300 findings each; the sender is killed at 20 random points, receivers are slow and fail",
  async run(args: string[]): Promise<void> {
    const customers = Number(args[0] ?? 1_000);
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-delivery-"));
    const random = seeded(20_261_121);
    const arrivals: Arrival[] = [];
    const sender = killer([fileURLToPath(new URL("support/notice-sender.ts", import.meta.url))]);
    const refused = { email: 451, slack: 429, webhook: 503 };
    let refusals = 0;
    let lost = 0;
    const receivers = await startReceivers(async (arrival) => {
      if (random() < 0.1) {
        refusals += 1;
        throw new Refusal(refused[arrival.channel], { "retry-after": "0" });
      }
      arrivals.push(arrival);
      await sender.onArrival(arrival);
      // One in 200 answers later than the sender waits: it arrived, and the sender can't know.
      const late = random() < 0.005;
      lost += late ? 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, late ? 2_500 : random() * 20));
    });
    try {
      const run = storeRun(folder, customers);
      writeFileSync(path.join(folder, "upgrade.yaml"), stringify(UPGRADE_FILE));
      const base = `http://127.0.0.1:${receivers.httpPort}`;
      const names = Array.from({ length: customers }, (_, index) => `c${index}`);
      const lines = names.map(
        (name, index) =>
          `${name},${tokenOf(index)},${name}@example.org,ext-${name},${base}/in/${name}`,
      );
      writeFileSync(
        path.join(folder, "customers.csv"),
        ["account,key,email,slack,webhook", ...lines, ""].join("\n"),
      );
      const env = {
        ...receivers.env,
        ...Object.fromEntries(
          names.map((name) => [
            `SHADOWDIFF_SLACK_WEBHOOK_EXT_${name.toUpperCase()}`,
            `${base}/slack/${name}`,
          ]),
        ),
      };
      const drafted = timed(["notice", "draft", "run", "--customers", "customers.csv"], folder, {});
      const approved = timed(["notice", "approve", "run", "--all", "--by", "study"], folder, {});
      const file = noticesPath(run);
      const started = performance.now();
      let kills = 0;
      for (let point = 0; point < KILLS; point += 1) {
        const after = 1 + Math.floor(random() * ((customers * 3) / KILLS));
        if ((await sender.send([file], folder, env, after)) === null) kills += 1;
      }
      await sender.send([file], folder, env, null);
      const doubts = settlement(file, arrivals);
      const settled = [
        ...doubts.delivered.map((id) => `+${id}`),
        ...doubts.resend.map((id) => `-${id}`),
      ];
      let rounds = 0;
      let words = settled;
      while (rounds < 5) {
        rounds += 1;
        const code = await sender.send([file, ...words], folder, env, null);
        if (code === 0) break;
        const again = settlement(file, arrivals);
        words = [...again.delivered.map((id) => `+${id}`), ...again.resend.map((id) => `-${id}`)];
      }
      const seconds = (performance.now() - started) / 1_000;
      const report = reportOf({
        customers,
        arrivals,
        file,
        kills,
        refusals,
        lost,
        seconds,
        drafted,
        approved,
        doubts,
        rounds,
      });
      console.log(report);
      if (args[1] !== "--dry")
        writeFileSync(
          fileURLToPath(new URL("../docs/evidence/notice-delivery.md", import.meta.url)),
          report,
        );
    } finally {
      await receivers.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Figures {
  readonly customers: number;
  readonly arrivals: readonly Arrival[];
  readonly file: string;
  readonly kills: number;
  readonly refusals: number;
  readonly lost: number;
  readonly seconds: number;
  readonly drafted: number;
  readonly approved: number;
  readonly doubts: { readonly delivered: readonly string[]; readonly resend: readonly string[] };
  readonly rounds: number;
}

function reportOf(figures: Figures): string {
  const {
    customers,
    arrivals,
    file,
    kills,
    refusals,
    lost,
    seconds,
    drafted,
    approved,
    doubts,
    rounds,
  } = figures;
  const rows = (["email", "slack", "webhook"] as const).map((channel) => {
    const own = arrivals.filter((arrival) => arrival.channel === channel);
    const byPlace = Map.groupBy(own, ({ account }) => account);
    const distinct = new Set(own.map(({ account, id }) => `${account} ${id}`)).size;
    const twice = [...byPlace.values()].filter((all) => all.length > 1).length;
    return `| ${channel} | ${customers} | ${byPlace.size} | ${twice} | ${own.length - distinct} | ${[...byPlace.values()].filter((all) => new Set(all.map(({ id }) => id)).size > 1).length} |`;
  });
  using store = openStore(file, { create: false });
  const outbox = openOutbox(store);
  const states = (["delivered", "waiting", "failed", "in-doubt"] as const).map(
    (state) => `${state} ${outbox.byState(state).length}`,
  );
  return [
    "# Delivery of notices under crashes",
    "",
    provenance("npm run study notice-delivery"),
    "",
    `${customers} customers with ${METHODS * PATHS} findings each, three places each: a real SMTP server, a webhook receiver that verifies with the standardwebhooks package, a stand-in for Slack with its limits. Receivers refuse 10 % of messages (${refusals} in all), wait up to 20 ms, and answer one in 200 later than the sender waits (${lost}). The sender was killed with SIGKILL ${kills} times, each time at a random message that had arrived and was not answered.`,
    "",
    "| channel | messages | places reached | places with a second arrival | arrivals repeated under the same id | places with two ids |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
    `In doubt, settled as a person would by looking at the receiver: ${doubts.delivered.length} had arrived, ${doubts.resend.length} had not and were sent again (${rounds} more runs). In the end: ${states.join(", ")}.`,
    "",
    "Mail and Slack have no second arrival: what may have arrived is never sent again unasked. A webhook whose answer was lost goes again under its own webhook-id, which receivers use to take it once (Standard Webhooks).",
    "",
    `Drafting took ${drafted.toFixed(1)} s, approving ${approved.toFixed(1)} s, sending with all crashes and retries ${seconds.toFixed(1)} s; the notices file has ${(statSync(file).size / 1e6).toFixed(1)} MB. (Wall time; the load of the machine was ${(loadavg()[2] ?? 0).toFixed(1)} over the last 15 minutes.)`,
    "",
  ].join("\n");
}
