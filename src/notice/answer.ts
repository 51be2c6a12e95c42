import { usageError } from "../errors.ts";
import type { NoticeStore } from "./store/store.ts";

export interface AnswerInput {
  readonly store: NoticeStore;
  /** Needed where the file holds notices of several upgrades. */
  readonly upgrade: string | null;
  readonly account: string;
  readonly answer: "ready" | "objects";
  readonly reason: string | null;
  /** Who wrote it down, or `signed link`. */
  readonly by: string;
  readonly now: Date;
}

/** Records a customer's answer. Throws a usage error for an account that no notice is for, and for an objection without a reason. */
export function recordAnswer(input: AnswerInput): { readonly upgrade: string } {
  const { store, account, answer, reason, by, now } = input;
  const own = store
    .all()
    .filter((notice) => notice.account === account && notice.kind === "notice");
  const upgrades = new Set(own.map(({ upgrade }) => upgrade));
  if (upgrades.size === 0) {
    throw usageError(`There is no notice for the account "${account}".`, {
      details: ["`shadowdiff notice status` lists the accounts."],
    });
  }
  const upgrade = input.upgrade ?? (upgrades.size === 1 ? ([...upgrades][0] ?? null) : null);
  if (upgrade === null)
    throw usageError(
      `"${account}" has notices of ${[...upgrades].join(", ")}: name one with --upgrade-id.`,
    );
  if (!upgrades.has(upgrade))
    throw usageError(`"${account}" has no notice of the upgrade ${upgrade}.`);
  if (answer === "objects" && (reason === null || reason.trim() === ""))
    throw usageError("An objection needs its reason: --reason …");
  store.inOne(() => {
    store.database
      .prepare(
        "INSERT INTO answers (upgrade, account, answer, reason, given_by, at) VALUES (?, ?, ?, ?, ?, ?)",
      )
      .run(upgrade, account, answer, reason, by, now.toISOString());
    store.log("answered", { upgrade, account, notice: null }, { answer, reason, by }, now);
  });
  return { upgrade };
}

export interface CurrentAnswer {
  readonly upgrade: string;
  readonly account: string;
  readonly answer: "ready" | "objects";
  readonly reason: string | null;
  readonly givenBy: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** The last answer of each account. */
export function currentAnswers(store: NoticeStore): CurrentAnswer[] {
  return store.database
    .prepare(
      `SELECT upgrade, account, answer, reason, given_by AS givenBy, at FROM answers
       WHERE seq IN (SELECT max(seq) FROM answers GROUP BY upgrade, account) ORDER BY upgrade, account`,
    )
    .all() as CurrentAnswer[];
}
