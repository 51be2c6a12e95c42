import { existsSync, writeFileSync } from "node:fs";
import { readUpgrade } from "../config/files/upgrade-file.ts";
import { upgradeFacts } from "../notice/compose/upgrade-facts.ts";
import { noticeStatus, type StatusLine } from "../notice/status.ts";
import { noticesPath } from "../notice/store/open.ts";
import { openStore } from "../notice/store/store.ts";
import type { Notice } from "../notice/compose/model.ts";
import { checkFolder, placesIn, runFoldersIn } from "../upgrade/folder.ts";
import { supportEntries, supportText, type SupportEntry } from "../upgrade/formats/support.ts";

export interface SupportRequest {
  readonly folder: string;
  /** How the folder is named in commands. */
  readonly shown: string;
  readonly now: Date;
}

/** What support needs to know of each customer, from the notices of the upgrade's runs; written to support.md there. */
export function upgradeSupport({ folder, shown, now }: SupportRequest): {
  readonly file: string;
  readonly entries: readonly SupportEntry[];
} {
  checkFolder(folder);
  const places = placesIn(folder);
  const upgrade = readUpgrade(places.upgrade);
  const newest = new Map<string, { line: StatusLine; notice: Notice }>();
  for (const run of runFoldersIn(folder))
    for (const one of noticesOf(run, upgrade.id)) newest.set(one.line.account, one);
  const entries = supportEntries([...newest.values()]);
  writeFileSync(places.support, supportText(upgradeFacts(upgrade, now), entries, shown));
  return { file: places.support, entries };
}

function noticesOf(run: string, upgrade: string): { line: StatusLine; notice: Notice }[] {
  if (!existsSync(noticesPath(run))) return [];
  using store = openStore(noticesPath(run), { create: false });
  const models = new Map(store.all(upgrade).map((notice) => [notice.hash, store.model(notice.id)]));
  return noticeStatus(store).flatMap((line) => {
    const notice = models.get(line.hash);
    const isTold = line.upgrade === upgrade && line.kind === "notice";
    return isTold && notice !== undefined ? [{ line, notice }] : [];
  });
}
