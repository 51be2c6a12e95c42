import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { examine } from "../../src/classify/examine.ts";
import { parseUpgrade } from "../../src/config/upgrade.ts";
import type { Client } from "../../src/model/exchange.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Outcome } from "../../src/model/pair.ts";
import type { RunHeader } from "../../src/model/run.ts";
import { draftUpgrade } from "../../src/stages/notice-draft.ts";
import { openRunStore } from "../../src/runs/store.ts";

const DATA = new URL("../../test/fixtures/notice/changes.jsonl", import.meta.url);
const NOW = new Date("2026-11-21T10:00:00Z");
const CUSTOMER = "cus_5f1c9a77d0e2b384";

interface Change {
  readonly change: string;
  readonly request: JsonObject & { readonly method: string };
  readonly old: JsonObject;
  readonly candidate: JsonObject;
}

/** What the upgrade of each example is, and how much of the customer's traffic meets it. The numbers are made up. */
interface Plan {
  readonly change: string;
  readonly from: string;
  readonly to: string;
  readonly client: Client;
  readonly calls: number;
  /** Calls of the same customer that stay as they are: [method, calls]. */
  readonly others: readonly (readonly [string, number])[];
  /** One in how many exchanges the recording kept. */
  readonly weight: number;
  readonly facts?: JsonObject;
}

const PLANS: readonly Plan[] = [
  {
    change: "totalDifficulty-removed",
    from: "1.14.10",
    to: "1.14.11",
    client: { name: "web3.py", version: "6.20" },
    calls: 412,
    others: [["eth_call", 2_310]],
    weight: 100,
  },
  {
    change: "revert-code",
    from: "1.15.5",
    to: "1.15.6",
    client: { name: "ethers", version: "5.7" },
    calls: 37,
    others: [["eth_call", 1_900]],
    weight: 100,
    facts: { test: "none" },
  },
  {
    change: "getLogs-range",
    from: "1.16.7",
    to: "1.17.0",
    client: { name: "viem", version: "2.38" },
    calls: 9,
    others: [["eth_getLogs", 1_204]],
    weight: 20,
    facts: {
      urgency: "security",
      changesAt: "2026-11-22T06:00:00Z",
      oldVersion: "none",
      rollback: { possible: false, note: "the old version has the flaw that this release closes" },
    },
  },
  {
    change: "default-block",
    from: "1.17.3",
    to: "1.17.4",
    client: { name: "go-ethereum", version: "1.16" },
    calls: 3,
    others: [["eth_getBalance", 640]],
    weight: 50,
  },
  {
    change: "blockTimestamp-added",
    from: "1.16.7",
    to: "1.17.0",
    client: { name: "viem", version: "2.38" },
    calls: 1_120,
    others: [["eth_blockNumber", 300]],
    weight: 1,
  },
];

/** Drafts the notice of each example into `out`: `<change>.md`; the first one in every other format too. */
export function writeExamples(out: string): void {
  const changes = readFileSync(DATA, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Change);
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(path.join(tmpdir(), "shadowdiff-examples-"));
  try {
    for (const plan of PLANS) {
      const change = changes.find((one) => one.change === plan.change);
      if (change === undefined) throw new Error(`no data for ${plan.change}`);
      const drafts = draft(plan, change, path.join(work, plan.change));
      copyFileSync(path.join(drafts, "acme", "notice.md"), path.join(out, `${plan.change}.md`));
      if (plan !== PLANS[0]) continue;
      for (const name of ["notice.txt", "email.html", "slack.json", "webhook.json"])
        copyFileSync(path.join(drafts, "acme", name), path.join(out, `${plan.change}.${name}`));
      for (const name of ["changelog.md", "summary.md"])
        copyFileSync(path.join(drafts, name), path.join(out, `${plan.change}.${name}`));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function draft(plan: Plan, change: Change, folder: string): string {
  storeTraffic(plan, change, folder);
  const out = path.join(folder, "notices");
  draftUpgrade({
    runs: [folder],
    upgrade: parseUpgrade(upgradeFile(plan), "upgrade.yaml"),
    accounts: [
      {
        account: "acme",
        name: "Acme Wallet",
        email: "dev@acme.example",
        slack: null,
        webhook: null,
        language: "en",
        owner: "Ann",
        pseudonyms: [{ token: CUSTOMER, app: "payments" }],
      },
    ],
    accepted: undefined,
    settings: {},
    settingsPath: null,
    templates: null,
    out,
    store: path.join(folder, "notices.sqlite"),
    secret: "the examples' secret",
    everyone: false,
    allowUnsettled: false,
    cwd: folder,
    now: NOW,
  });
  return out;
}

function upgradeFile({ from, to, facts }: Plan): JsonObject {
  return {
    id: `geth-${to}`,
    network: "Ethereum mainnet",
    endpoint: "https://eth.example.com/v2",
    client: "geth",
    from,
    to,
    releaseNotes: `https://github.com/ethereum/go-ethereum/releases/tag/v${to}`,
    urgency: "recommended",
    changesAt: "2026-12-15T14:00:00Z",
    test: { endpoint: "https://eth-preview.example.com/v2", how: "Use your key as before." },
    oldVersion: { keptUntil: "2027-01-15T14:00:00Z", endpoint: "https://eth-old.example.com/v2" },
    rollback: { possible: true, note: "within an hour" },
    contact: { email: "support@example.com" },
    answers: "https://status.example.com/answer",
    changelog: `https://status.example.com/changelog/geth-${to}`,
    unchanged: ["URLs, keys, rate limits and billing."],
    ...facts,
  };
}

function storeTraffic(plan: Plan, change: Change, folder: string): void {
  const first = NOW.getTime() - 7 * 86_400_000;
  const last = NOW.getTime() - 3_600_000;
  const total = plan.calls + plan.others.reduce((sum, [, calls]) => sum + calls, 0);
  const store = openRunStore(folder, headerOf(plan, total, first, last));
  let number = 0;
  const add = (
    method: string,
    request: JsonObject,
    old: JsonObject,
    candidate: JsonObject,
    count: number,
  ): void => {
    for (let call = 0; call < count; call += 1) {
      number += 1;
      const at = Math.round(first + ((last - first) * (call + 1)) / count);
      const comparison = examine({
        id: `0:${number}:0`,
        name: null,
        protocol: "json-rpc",
        chain: "ethereum",
        method,
        customer: CUSTOMER,
        client: plan.client,
        at,
        weight: plan.weight,
        request: Buffer.from(JSON.stringify(request)),
        old: outcome(old),
        candidate: outcome(candidate),
        control: outcome(old),
        recorded: null,
      });
      store.add({
        key: `0:${number}`,
        sends: 3,
        comparisons: [{ ...comparison, confidence: "confirmed" }],
      });
    }
  };
  add(change.request.method, change.request, change.old, change.candidate, plan.calls);
  for (const [method, calls] of plan.others) {
    const same = { jsonrpc: "2.0", id: 1, result: "0x1" };
    add(method, { jsonrpc: "2.0", id: 1, method, params: [] }, same, same, calls);
  }
  store.finish(null, NOW);
  store.close();
}

function outcome(body: JsonObject): Outcome {
  return {
    kind: "error" in body ? "fault" : "reply",
    status: 200,
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    ms: 4,
    target: 0,
  };
}

function headerOf(plan: Plan, exchanges: number, firstAt: number, lastAt: number): RunHeader {
  const seen = exchanges * plan.weight;
  return {
    id: plan.change,
    createdAt: NOW.toISOString(),
    command: "replay",
    network: { chainId: "1", genesisHash: null },
    recordings: [
      {
        name: "mainnet.sqlite",
        seen,
        stored: exchanges,
        dropped: { "sampled-out": seen - exchanges },
        firstAt,
        lastAt,
      },
    ],
    old: [target("http://old:8545", plan.from)],
    candidate: [target("http://candidate:8545", plan.to)],
    configurationDifferences: [],
    options: {},
  };
}

function target(url: string, version: string): RunHeader["old"][number] {
  return { url, clientVersion: `Geth/v${version}-stable/linux-amd64/go1.25.1`, capabilities: {} };
}
