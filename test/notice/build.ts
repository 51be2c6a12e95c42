import type { Account } from "../../src/config/customers.ts";
import { DEFAULT_JUDGING } from "../../src/config/judging.ts";
import { parseUpgrade } from "../../src/config/upgrade.ts";
import type { Upgrade } from "../../src/config/upgrade.ts";
import { judge } from "../../src/judge/judge.ts";
import type { JudgedRun } from "../../src/model/judged.ts";
import type { RunFacts } from "../../src/model/run.ts";
import { adviceAt } from "../../src/notice/compose/advice.ts";
import type { ReadTexts } from "../../src/notice/compose/changes.ts";
import { composeNotice } from "../../src/notice/compose/notice.ts";
import { gatherTraffic } from "../../src/notice/compose/traffic.ts";
import { upgradeFacts } from "../../src/notice/compose/upgrade-facts.ts";
import type { Notice } from "../../src/notice/compose/model.ts";
import { BUILT_AT, buildFacts } from "../support/facts.ts";
import type { BuiltCalls } from "../support/facts.ts";

export const NOW = BUILT_AT;

/** Every fact that a notice needs, as the file would hold it. */
export const UPGRADE_FILE = {
  id: "geth-1.17.0",
  network: "Ethereum mainnet",
  endpoint: "https://eth.example.com/v2",
  client: "geth",
  from: "1.16.7",
  to: "1.17.0",
  urgency: "recommended",
  changesAt: "2026-12-15T14:00:00Z",
  test: { endpoint: "https://preview.example.com/v2" },
  oldVersion: { keptUntil: "2027-01-15T14:00:00Z" },
  rollback: { possible: true },
  contact: { email: "support@example.com" },
} as const;

export function upgradeOf(changes: object = {}): Upgrade {
  return parseUpgrade({ ...UPGRADE_FILE, ...changes }, "upgrade.yaml");
}

/** `cus_` and sixteen of the digit. */
export function token(digit: string): string {
  return `cus_${digit.repeat(16)}`;
}

export function accountOf(
  account: string,
  tokens: readonly string[],
  changes: Partial<Account> = {},
): Account {
  return {
    account,
    name: account,
    email: `${account}@example.org`,
    slack: null,
    webhook: null,
    language: "en",
    owner: null,
    pseudonyms: tokens.map((one) => ({ token: one, app: null })),
    ...changes,
  };
}

export function judgedOf(
  rows: readonly BuiltCalls[],
  overrides: Partial<RunFacts> = {},
): JudgedRun {
  return judge(buildFacts(rows, overrides), DEFAULT_JUDGING, [], NOW);
}

interface Composed {
  readonly upgrade?: Upgrade;
  readonly readTexts?: ReadTexts;
  readonly now?: Date;
  readonly page?: string;
  readonly allowUnsettled?: boolean;
}

/** The notice of an account from judged runs, without files. */
export function composed(
  runs: readonly JudgedRun[],
  account: Account,
  given: Composed = {},
): Notice {
  const { upgrade = upgradeOf(), readTexts = () => new Map(), now = NOW } = given;
  const { allowUnsettled = false } = given;
  return composeNotice(account, gatherTraffic(runs), {
    upgrade: upgradeFacts(upgrade, now),
    adviceOf: adviceAt,
    readTexts,
    allowUnsettled,
    writtenOn: now.toISOString(),
    answerLink: () => null,
  });
}
