import { existsSync } from "node:fs";
import { currentAnswers } from "./answer.ts";
import { noticesPath } from "./store/open.ts";
import { openStore } from "./store/store.ts";

/** A customer's answer that speaks against the upgrade; what the gate's limits.objections counts. */
export interface RecordedObjection {
  /** The account as the customers file has it. */
  readonly customer: string;
  readonly reason: string;
}

/** Objections that stand against the notices beside a run; none where it has no notices. A later `ready` takes one back. */
export function readObjections(runDirectory: string): RecordedObjection[] {
  const file = noticesPath(runDirectory);
  if (!existsSync(file)) return [];
  using store = openStore(file, { create: false });
  return currentAnswers(store)
    .filter(({ answer }) => answer === "objects")
    .map(({ account, reason }) => ({ customer: account, reason: reason ?? "" }));
}

/** How many objections stand against the notices beside a run. */
export function countObjections(runDirectory: string): number {
  return readObjections(runDirectory).length;
}
