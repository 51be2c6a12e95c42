/** Reasons in words a reader needs no manual for. A reason that is not listed is shown as it is. */
const WORDS: Readonly<Record<string, string>> = {
  writes: "Would change the chain or the node, so it is never sent",
  "beside-write": "Only reads, but stood in one batch with a call that writes, so it was not sent",
  "not-allowed": "Not on the list of methods that only read",
  excluded: "Left out by --include or --exclude",
  limit: "Past the limit given for this run",
  "redacted-body": "A part of the request was redacted in the recording",
  "body-too-large": "The body was too large to keep",
  incomplete: "The recording lacks a part of the request",
  "malformed-request": "The request itself is not valid",
  notification: "A notification: it has no answer to compare",
  subscription: "A subscription: its events are not calls",
  "unknown-state": "Refers to a filter or subscription that was not recorded",
  interrupted: "The run was stopped before it came to them; each exchange counts as one call",
  "old-unreachable": "The old side did not answer",
  "both-unreachable": "Neither side answered",
  "old-timeout": "The old side did not answer in time",
  "both-timeout": "Neither side answered in time",
  "rate-limited": "A side limited the rate of requests",
  "node-behind": "A node was behind the block that was asked for",
  syncing: "A node was still syncing or indexing",
  "state-lost": "A node no longer holds the state that was asked for",
  "head-moved": "The head moved between the two answers",
  reorg: "The chain was reorganised between the two answers",
  configuration: "The nodes are configured differently",
  "old-malformed": "The old side's answer was not valid",
  "control-unstable": "Old did not repeat its own answer",
  "candidate-gone": "The candidate gave no answers at all",
  unsettled: "More questions would have loaded old too much",
  "nothing-to-compare": "A list that changes by itself was empty on one side",
};

export function reasonWords(reason: string): string {
  return WORDS[reason] ?? reason;
}

/** A relative change for people: `+12 %`, `−3 %`, `×4.2`. */
export function changeText(change: number | null): string {
  if (change === null) return "–";
  if (change >= 2) return `×${Number((change + 1).toPrecision(2))}`;
  const percent = Math.round(change * 100);
  if (percent === 0) return "±0 %";
  return percent > 0 ? `+${percent} %` : `−${-percent} %`;
}

/** RFC 3339 as `2026-11-20 09:12 UTC`; another form as it is. */
export function timeForPeople(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(time);
  return match === null ? time : `${match[1]} ${match[2]} UTC`;
}

const VERDICTS = { pass: "Pass", fail: "Fail", inconclusive: "Inconclusive" } as const;

export function verdictWord(verdict: keyof typeof VERDICTS): string {
  return VERDICTS[verdict];
}
