import path from "node:path";
import type { Account } from "../config/customers.ts";
import type { Upgrade } from "../config/upgrade.ts";
import { usageError } from "../errors.ts";
import { judgeRuns } from "./judge-runs.ts";
import type { JudgedRun } from "../model/judged.ts";
import { partsOf, resolveParts } from "../judge/merge/parts.ts";
import { readRun } from "../runs/reader.ts";
import { openTextsOfRuns } from "../runs/texts.ts";
import { adviceAt } from "../notice/compose/advice.ts";
import type { ReadTexts } from "../notice/compose/changes.ts";
import { gatherTraffic } from "../notice/compose/traffic.ts";
import type { Traffic } from "../notice/compose/traffic.ts";
import { dayOf, draftNotices } from "../notice/draft.ts";
import type { DraftResult } from "../notice/draft.ts";
import { linkMaker } from "../notice/answer-link.ts";
import { upgradeFacts } from "../notice/compose/upgrade-facts.ts";
import { remind } from "../notice/remind.ts";
import type { RemindResult } from "../notice/remind.ts";
import { lockSending } from "../notice/store/lock.ts";
import { openStore } from "../notice/store/store.ts";

/** What is needed to judge the runs of an upgrade as report and gate do. */
interface RunsRequest {
  readonly runs: readonly string[];
  readonly accepted: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly settingsPath: string | null;
  readonly cwd: string;
  readonly now: Date;
}

export interface DraftRequest extends RunsRequest {
  readonly upgrade: Upgrade;
  readonly accounts: readonly Account[];
  readonly templates: string | null;
  readonly out: string;
  readonly store: string;
  readonly secret: string | null;
  readonly everyone: boolean;
  readonly allowUnsettled: boolean;
}

/** Reads and judges the runs of an upgrade and drafts its notices. Throws a usage error for a run of another network. */
export function draftUpgrade(request: DraftRequest): DraftResult {
  const { upgrade, accounts, templates, out, secret, everyone, now } = request;
  const { traffic, readTexts } = readTraffic(request, upgrade);
  using store = openStore(request.store, { create: true });
  // A text must not change under a sender's hands.
  using _lock = lockSending(request.store);
  return draftNotices({
    traffic,
    upgrade,
    accounts,
    everyone,
    run: path.relative(request.cwd, request.runs[0] ?? "") || ".",
    allowUnsettled: request.allowUnsettled,
    adviceOf: adviceAt,
    readTexts,
    secret,
    templates,
    out,
    store,
    now,
  });
}

/** The judged traffic of an upgrade's runs, and how to read the texts of its samples. */
function readTraffic(
  request: RunsRequest,
  upgrade: Upgrade,
): { traffic: Traffic; readTexts: ReadTexts } {
  const { accepted, settings, settingsPath, cwd, now } = request;
  const folders = new Map<JudgedRun, readonly string[]>();
  for (const runs of works(request.runs.map((run) => path.resolve(cwd, run)))) {
    const { judged, folders: own } = judgeRuns({
      runs,
      since: null,
      accepted,
      settings,
      settingsPath,
      cwd,
      now,
    });
    const { chainId } = judged.facts.header.network;
    if (upgrade.chainId !== undefined && chainId !== "unknown" && chainId !== upgrade.chainId) {
      throw usageError(
        `The run ${runs.join(", ")} is of chain ${chainId}, the upgrade file is of chain ${upgrade.chainId}.`,
      );
    }
    folders.set(judged, own);
  }
  return {
    traffic: gatherTraffic([...folders.keys()]),
    readTexts: (run, pairIds) => {
      const texts = openTextsOfRuns(folders.get(run) ?? []);
      try {
        return texts.read(pairIds);
      } finally {
        texts.close();
      }
    },
  };
}

/** The shards of one work are one run; runs of other recordings stay on their own, and repeats count once. */
function works(given: readonly string[]): string[][] {
  const { counted } = resolveParts(given.map((folder) => ({ folder, ...readRun(folder) })));
  const works = Map.groupBy(counted, (run) =>
    partsOf(run)
      .map(({ work, of }) => `${of} ${work}`)
      .sort()
      .join("\n"),
  );
  return [...works.values()].map((runs) => runs.map(({ folder }) => folder));
}

export type RemindRequest = Omit<DraftRequest, "accounts" | "out" | "everyone" | "allowUnsettled">;

/** Reads and judges newer runs and looks at who still calls what breaks. */
export function remindUpgrade(request: RemindRequest): RemindResult {
  const { upgrade, templates, secret, now } = request;
  const { traffic, readTexts } = readTraffic(request, upgrade);
  using store = openStore(request.store, { create: false });
  using _lock = lockSending(request.store);
  const facts = upgradeFacts(upgrade, now);
  const tools = {
    upgrade: facts,
    adviceOf: adviceAt,
    readTexts,
    writtenOn: dayOf(now),
    answerLink: linkMaker(upgrade.answers, secret, facts.id),
  };
  return remind({ store, later: traffic, tools, templates, now });
}
