import type { Account } from "../../config/customers.ts";
import { isUnsettled } from "./settled.ts";
import { addUp } from "./traffic.ts";
import { dateDoubts } from "./upgrade-facts.ts";
import type { Traffic } from "./traffic.ts";
import type { InternalSummary, Notice, UpgradeFacts } from "./model.ts";

/** What the summary keeps of a notice; a thousand whole notices would not fit. */
export type NoticeLine = Pick<Notice, "account" | "name" | "standing" | "coverage"> & {
  readonly changes: readonly string[];
};

/** The internal summary: every account, who is missing where, and what to settle before sending. */
export function composeSummary(
  accounts: readonly Account[],
  lines: readonly NoticeLine[],
  traffic: Traffic,
  upgrade: UpgradeFacts,
  now: Date,
): InternalSummary {
  const known = new Map(
    accounts.flatMap((account) => account.pseudonyms.map(({ token }) => [token, account.account])),
  );
  const seen = traffic.runs.flatMap(({ facts }) => facts.customers);
  const seenAccounts = new Set(seen.map(({ id }) => known.get(id)));
  const byAccount = new Map(accounts.map((account) => [account.account, account]));
  const strangers = [
    ...Map.groupBy(
      seen.filter(({ id }) => !known.has(id)),
      ({ id }) => id,
    ),
  ];
  const total = traffic.runs.reduce((sum, { facts }) => sum + facts.counts.calls, 0);
  return {
    schemaVersion: 1,
    upgrade,
    accounts: lines.map(({ account, name, standing, coverage, changes }) => ({
      account,
      name,
      owner: byAccount.get(account)?.owner ?? null,
      standing,
      calls: coverage.calls,
      changes,
      places: placesOf(byAccount.get(account)),
    })),
    withoutAccount: strangers.map(([token, rows]) => ({
      token,
      calls: addUp(rows).calls,
      affected: (traffic.shares.get(token) ?? []).some(
        ({ finding }) => finding.severity === "breaking",
      ),
    })),
    withoutTraffic: accounts
      .filter(({ account }) => !seenAccounts.has(account))
      .map(({ account }) => account),
    anonymousCalls: Math.max(0, total - addUp(seen).calls),
    beforeSending: [
      ...(accounts.length > 0 && seen.length > 0 && seen.every(({ id }) => !known.has(id))
        ? [
            "No key of the customers file is in the traffic: was it hashed with the recording's key (SHADOWDIFF_KEY)?",
          ]
        : []),
      ...dateDoubts(upgrade, now),
      ...toSettle(traffic, upgrade),
    ],
  };
}

function placesOf(account: Account | undefined): string[] {
  if (account === undefined) return [];
  const { email, slack, webhook } = account;
  return [
    email === null ? [] : [`e-mail ${email}`],
    slack === null ? [] : [`Slack #${slack}`],
    webhook === null ? [] : ["webhook"],
  ].flat();
}

function toSettle({ findings, runs }: Traffic, upgrade: UpgradeFacts): string[] {
  const faults = findings
    .filter((finding) => finding.confidence !== "flaky" && isUnsettled(finding))
    .map(
      ({ title, fingerprint }) =>
        `${title.replace(/\.$/, "")} (${fingerprint}): may be a fault of one version; held back until it is accepted, or --allow-unsettled is given.`,
    );
  const flaky = findings
    .filter(({ confidence, severity }) => confidence === "flaky" && severity !== "noise")
    .map(
      ({ kind, method, fingerprint }) =>
        `${kind} on ${method} (${fingerprint}) was not confirmed and stands in no notice.`,
    );
  const incomplete = runs
    .filter(({ facts }) => !facts.complete)
    .map(
      ({ facts }) =>
        `Run ${facts.header.id} is incomplete (${facts.incompleteReason ?? "no reason given"}).`,
    );
  return [
    ...incomplete,
    ...versionDoubts(runs, upgrade),
    ...faults.slice(0, 30),
    ...flaky.slice(0, 30),
  ];
}

/** The file says one version, the nodes say another: somebody would be told the wrong thing. */
function versionDoubts(runs: Traffic["runs"], upgrade: UpgradeFacts): string[] {
  const sides = runs.flatMap(({ facts }) => [
    ...facts.header.old.map((target) => ["old", upgrade.from, target.clientVersion] as const),
    ...facts.header.candidate.map(
      (target) => ["candidate", upgrade.to, target.clientVersion] as const,
    ),
  ]);
  const doubts = sides
    .filter(
      ([, version, reported]) => reported !== null && !reported.includes(version.replace(/^v/, "")),
    )
    .map(
      ([side, version, reported]) =>
        `The upgrade file says ${version}, and the ${side} side of the run is ${reported}.`,
    );
  return [...new Set(doubts)];
}
