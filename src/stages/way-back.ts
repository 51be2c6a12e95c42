import { existsSync, readFileSync } from "node:fs";
import { readUpgrade } from "../config/files/upgrade-file.ts";
import { placesIn, readSignatures } from "../upgrade/folder.ts";
import { triage } from "../watch/triage/triage.ts";

const QUOTED = 4;

/** What the release's notes and the upgrade's file say against going back on data that the new version has written. */
export function againstGoingBack(folder: string): string[] {
  const places = placesIn(folder);
  const { rollback } = readUpgrade(places.upgrade);
  const notes = existsSync(places.notes) ? readFileSync(places.notes, "utf8") : "";
  const said = triage(notes)
    .said.filter(({ sign }) => sign === "no-rollback" || sign === "migration")
    .map(({ sentence }) => `“${sentence}”`);
  const own = rollback.possible
    ? []
    : [rollback.note ?? "upgrade.yaml: rollback.possible is false"];
  return [...own, ...new Set(said)].slice(0, QUOTED);
}

/** Whether somebody has answered for the way back by name: that a snapshot is there, or that none is needed. */
export function isAnsweredFor(folder: string): boolean {
  return readSignatures(folder).some(({ step }) => step === 10);
}
