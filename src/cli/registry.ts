import type { CommandRow } from "./define.ts";

/** In the order of --help. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "demo",
    summary: "two real node versions, start to finish",
    load: () => import("./commands/demo.ts"),
  },
  {
    name: "try",
    summary: "two nodes and a file of calls: all of it in one go",
    load: () => import("./commands/try.ts"),
  },
  {
    name: "init",
    summary: "commented settings, upgrade facts and customers to fill in",
    load: () => import("./commands/init.ts"),
  },
  {
    name: "record",
    summary: "record a sample of production traffic",
    load: () => import("./commands/record.ts"),
  },
  {
    name: "import",
    summary: "turn HAR, .gor, .jsonl or .io files into a recording",
    load: () => import("./commands/import.ts"),
  },
  {
    name: "inspect",
    summary: "what is in a recording",
    load: () => import("./commands/inspect.ts"),
  },
  {
    name: "check",
    summary: "are old and candidate comparable",
    load: () => import("./commands/check.ts"),
  },
  {
    name: "replay",
    summary: "send a recording to old and candidate and compare",
    load: () => import("./commands/replay.ts"),
  },
  {
    name: "compare",
    summary: "judge responses that were collected elsewhere",
    load: () => import("./commands/compare.ts"),
  },
  {
    name: "worker",
    summary: "do shards of replays from a queue",
    load: () => import("./commands/worker.ts"),
  },
  {
    name: "merge",
    summary: "join shards, or runs of several recordings, into one run",
    load: () => import("./commands/merge.ts"),
  },
  {
    name: "export",
    summary: "a run's facts as Parquet tables",
    load: () => import("./commands/export.ts"),
  },
  {
    name: "report",
    summary: "render a run: html, json, junit, markdown, github",
    load: () => import("./commands/report.ts"),
  },
  {
    name: "gate",
    summary: "decide: pass, fail or inconclusive, as an exit code",
    load: () => import("./commands/gate.ts"),
  },
  {
    name: "shadow",
    summary: "compare live traffic as it flows",
    load: () => import("./commands/shadow.ts"),
  },
  {
    name: "serve",
    summary: "answer for a run's verdict: Argo Rollouts, Flagger, HAProxy",
    load: () => import("./commands/serve.ts"),
  },
  {
    name: "accept",
    summary: "accept a finding, with a reason and an end",
    load: () => import("./commands/accept.ts"),
  },
  {
    name: "notice draft",
    summary: "draft what each customer should be told",
    load: () => import("./commands/notice-draft.ts"),
  },
  {
    name: "notice approve",
    summary: "approve drafts by their text",
    load: () => import("./commands/notice-approve.ts"),
  },
  {
    name: "notice send",
    summary: "send approved notices, never twice",
    load: () => import("./commands/notice-send.ts"),
  },
  {
    name: "notice answer",
    summary: "record a customer's answer",
    load: () => import("./commands/notice-answer.ts"),
  },
  {
    name: "notice remind",
    summary: "by newer traffic: who still calls what breaks",
    load: () => import("./commands/notice-remind.ts"),
  },
  {
    name: "notice secret",
    summary: "the key with which a customer verifies its webhooks",
    load: () => import("./commands/notice-secret.ts"),
  },
  {
    name: "notice status",
    summary: "who was told what, who still has to act",
    load: () => import("./commands/notice-status.ts"),
  },
  {
    name: "ask",
    summary: "is it the upgrade? one request, asked of both versions",
    load: () => import("./commands/ask.ts"),
  },
  {
    name: "explain",
    summary: "why a kind of difference matters and what to do",
    load: () => import("./commands/explain.ts"),
  },
  {
    name: "cases",
    summary: "requests that probe what a changelog names",
    load: () => import("./commands/cases.ts"),
  },
  {
    name: "watch",
    summary: "releases of the clients that you run, and how far behind you are",
    load: () => import("./commands/watch.ts"),
  },
  {
    name: "upgrade init",
    summary: "make an upgrade's folder",
    load: () => import("./commands/upgrade-init.ts"),
  },
  {
    name: "upgrade status",
    summary: "the playbook as a checklist that evidence ticks",
    load: () => import("./commands/upgrade-status.ts"),
  },
  {
    name: "upgrade cases",
    summary: "turn the release notes into cases",
    load: () => import("./commands/upgrade-cases.ts"),
  },
  {
    name: "upgrade nodes",
    summary: "files that start old and candidate alike",
    load: () => import("./commands/upgrade-nodes.ts"),
  },
  {
    name: "upgrade preview",
    summary: "let customers try the new version, and test that they get there",
    load: () => import("./commands/upgrade-preview.ts"),
  },
  {
    name: "upgrade support",
    summary: "what support needs to know of each customer",
    load: () => import("./commands/upgrade-support.ts"),
  },
  {
    name: "upgrade sign",
    summary: "answer for a step by name",
    load: () => import("./commands/upgrade-sign.ts"),
  },
  {
    name: "rollout",
    summary: "shift traffic slowly, gated at each step; back at once",
    load: () => import("./commands/rollout.ts"),
  },
  {
    name: "parity",
    summary: "can traffic fail over to this other client",
    load: () => import("./commands/parity.ts"),
  },
  {
    name: "run",
    summary: "check, replay, report and gate from one file",
    load: () => import("./commands/run.ts"),
  },
  {
    name: "config",
    summary: "what is in force, and where each value came from",
    load: () => import("./commands/config.ts"),
  },
  {
    name: "completion",
    summary: "the script with which a shell completes commands and options",
    load: () => import("./commands/completion.ts"),
  },
];
