import { usageError } from "../errors.ts";
import { engineByLanguage } from "./formats/engine.ts";
import { approvalHash, renderNotice } from "./formats/render.ts";
import type { NoticeStore, StoredNotice } from "./store/store.ts";

export interface ApproveInput {
  readonly store: NoticeStore;
  /** Accounts to approve; empty with `all` for every draft. */
  readonly accounts: readonly string[];
  readonly all: boolean;
  readonly by: string;
  /** The hash that the approver saw, or its start; null to take the draft as it stands. One account only. */
  readonly hash: string | null;
  readonly templates: string | null;
  readonly now: Date;
}

/** Approves drafts by their text: what is stored is who, when and the hash that `send` compares. Gives those approved. */
export function approveNotices(input: ApproveInput): StoredNotice[] {
  const { store, accounts, all, by, hash, templates, now } = input;
  if (accounts.length === 0 && !all)
    throw usageError("Name the accounts to approve, or give --all.");
  const current = store.all();
  const unknown = accounts.filter((account) =>
    current.every((notice) => notice.account !== account),
  );
  if (unknown.length > 0) throw usageError(`There is no notice for ${unknown.join(", ")}.`);
  const drafts = current.filter(
    ({ state, account }) => state === "draft" && (all || accounts.includes(account)),
  );
  const engineOf = engineByLanguage(templates);
  for (const draft of drafts) {
    if (hash !== null && !draft.hash.startsWith(hash))
      throw usageError(
        `The draft of ${draft.account} is not the one with hash ${hash}: read it again.`,
      );
    const notice = store.model(draft.id);
    const rendered = renderNotice(notice, engineOf(notice.language));
    if (approvalHash(rendered, store.places(draft.id)) !== draft.hash) {
      throw usageError(
        `The draft of ${draft.account} renders differently from when it was drafted.`,
        {
          details: ["Its templates have changed: draft again, read it, then approve."],
        },
      );
    }
  }
  return store.inOne(() =>
    drafts.map((draft) => {
      store.approve(draft, by, now);
      return store.byId(draft.id);
    }),
  );
}
