import type { SkippedReason, UncomparableReason } from "../model/pair.ts";

/** What to do about each reason for which a call was not sent, or proves nothing. The guide to trouble says it at length. */
export const REASON_HELP: Readonly<Record<UncomparableReason | SkippedReason, string>> = {
  "old-unreachable": "old can't be reached: look at the node and what stands before it",
  "both-unreachable": "neither node can be reached: look at them and at the network between",
  "old-timeout": "old takes too long: a longer --timeout, a lower --concurrency",
  "both-timeout": "both take too long: a longer --timeout, a lower --concurrency",
  "rate-limited": "the nodes limit the rate: a lower --concurrency, or --rate",
  "node-behind": "a node is behind: wait until both are in sync",
  syncing: "a node is still syncing: wait until both are in sync",
  "state-lost": "the blocks asked for are gone: newer traffic, or archive nodes",
  "head-moved": "the head moved meanwhile: leave --pin at auto, or use nodes that stand still",
  reorg: "the chain reorganised meanwhile: replay again",
  configuration: "the nodes are set up differently: see shadowdiff check",
  "old-malformed": "old's answers can't be read: look at what stands before it",
  "control-unstable": "old itself does not repeat them: a node that serves nobody is quieter",
  "nothing-to-compare": "a list was empty on one side: more traffic of these methods",
  "candidate-gone": "the candidate answered nothing at all: look whether it runs",
  unsettled: "asking old again had to end: a higher --extra-load",
  writes: "they would change the chain or the node, and are never sent",
  "not-allowed": "they are not known to be harmless: --allow-method names those that are",
  excluded: "--include and --exclude leave them out",
  limit: "--limit ended the replay before them",
  "redacted-body":
    "the recording hides what was asked: a narrower --redact-json or --redact-pattern",
  "body-too-large": "they were too long to be kept: a higher --max-body of record",
  incomplete: "they were recorded in part only",
  "malformed-request": "they are no requests that can be read",
  notification: "a notification has no answer",
  subscription: "subscriptions are compared live, by --subscription-blocks",
  "unknown-state": "they belong to a filter or session that the recording does not have",
  interrupted: "the replay ended before them: go on with --resume",
};
