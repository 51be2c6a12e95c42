import { currentAnswers } from "./answer.ts";
import type { CurrentAnswer } from "./answer.ts";
import { shownPlace } from "./places.ts";
import { openOutbox } from "./store/outbox.ts";
import type { NoticeStore, StoredNotice } from "./store/store.ts";

/** One line of `notice status`. */
export interface StatusLine extends Pick<
  StoredNotice,
  | "upgrade"
  | "account"
  | "kind"
  | "revision"
  | "state"
  | "standing"
  | "title"
  | "actBy"
  | "approvedAt"
  | "approvedBy"
> {
  readonly name: string;
  readonly owner: string | null;
  readonly hash: string;
  readonly places: readonly {
    readonly place: string;
    /** `not queued` before approval and sending. */
    readonly state: string;
    readonly attempts: number;
    readonly error: string | null;
    readonly id: string | null;
    /** RFC 3339, of the delivery. */
    readonly deliveredAt: string | null;
  }[];
  readonly answer: CurrentAnswer | null;
  /** Affected or to check, not resolved, no `ready` from them. */
  readonly hasToAct: boolean;
}

/** Who was told what and when, and who still has to act. */
export function noticeStatus(store: NoticeStore): StatusLine[] {
  const outbox = openOutbox(store);
  const answers = new Map(
    currentAnswers(store).map((answer) => [`${answer.upgrade}\n${answer.account}`, answer]),
  );
  const people = store.database.prepare(
    "SELECT name, owner FROM accounts WHERE upgrade = ? AND account = ?",
  );
  const delivered = store.database
    .prepare(
      "SELECT at FROM log WHERE event = 'delivered' AND notice = ? AND json_extract(detail, '$.id') = ?",
    )
    .pluck();
  return store.all().map((notice) => {
    const { id, hash, createdAt: _createdAt, ...shown } = notice;
    const person = people.get(notice.upgrade, notice.account) as
      | { name: string; owner: string | null }
      | undefined;
    const rows = new Map(outbox.ofNotice(id).map((row) => [row.channel, row]));
    const answer = answers.get(`${notice.upgrade}\n${notice.account}`) ?? null;
    return {
      ...shown,
      hash,
      name: person?.name ?? notice.account,
      owner: person?.owner ?? null,
      places: store.places(id).map(({ channel, address }) => {
        const row = rows.get(channel);
        return {
          place: shownPlace(channel, address),
          state: row?.state ?? "not queued",
          attempts: row?.attempts ?? 0,
          error: row?.error ?? null,
          id: row?.id ?? null,
          deliveredAt:
            row === undefined ? null : ((delivered.get(id, row.id) as string | undefined) ?? null),
        };
      }),
      answer,
      hasToAct:
        notice.kind === "notice" &&
        (notice.standing === "affected" || notice.standing === "check") &&
        notice.state !== "resolved" &&
        answer?.answer !== "ready",
    };
  });
}
