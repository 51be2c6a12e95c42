import { age, plural } from "../../words.ts";
import type { Evidence, RunFactsOf, UpgradeFacts } from "./facts.ts";

/** What the evidence shows of one step. */
export interface Shown {
  readonly state: "done" | "open" | "failed";
  readonly why: string;
  /** RFC 3339. */
  readonly at?: string | null;
  readonly file?: string | null;
}

export interface StepRule {
  readonly number: number;
  readonly title: string;
  /** Steps that come first. */
  readonly needs: readonly number[];
  /** True for what only a person can know: a signature ticks it. All others can only be waived by name. */
  readonly byPerson: boolean;
  readonly judge: (facts: UpgradeFacts, now: Date) => Shown;
  readonly next: (facts: UpgradeFacts, folder: string) => string | null;
}

const DAY_MS = 86_400_000;
/** A run older than this says nothing of the nodes and the traffic of today. */
const RUN_AGE_MS = 7 * DAY_MS;
/** A test of a preview, of a roll-back or of a fail-over is believed for a month. */
const EVIDENCE_AGE_MS = 30 * DAY_MS;
/** The playbook watches for two days after the last customer has moved. */
const HOLD_MS = 2 * DAY_MS;

/** The playbook that node providers follow, with what ticks each step. Source: Alchemy, "How we upgrade nodes" (2020). */
export const STEP_RULES: readonly StepRule[] = [
  {
    number: 0,
    title: "Releases upstream are watched",
    needs: [],
    byPerson: false,
    judge: ({ release }) =>
      release === null
        ? open("no release was fetched into this folder")
        : done(
            `${release.tag} was fetched (${release.urgency})`,
            release.fetchedAt,
            "release.json",
          ),
    next: () => "shadowdiff watch --open",
  },
  {
    number: 1,
    title: "The changelog was read into cases",
    needs: [0],
    byPerson: false,
    judge: ({ release, casesOf }) => {
      if (casesOf === null) return open("no cases were made from the release notes");
      if (release !== null && release.notesHash !== casesOf)
        return open("the release notes were edited after the cases were made");
      return done(
        "each line of the release notes is tested, waived or listed as open",
        null,
        "cases.json",
      );
    },
    next: (_, folder) => `shadowdiff upgrade cases ${folder}`,
  },
  {
    number: 2,
    title: "Nodes run on the new version",
    needs: [],
    byPerson: false,
    judge: (facts, now) => {
      const seen = evidenceOf(facts, 2, now);
      const run = facts.runs.findLast((own) => isOfVersions(own, facts));
      if (run !== undefined)
        return done(`a run met ${run.old[0]} and ${run.candidate[0]}`, run.createdAt, run.folder);
      return seen ?? open(`no node was met that runs ${facts.upgrade.to}`);
    },
    next: (_, folder) => `shadowdiff upgrade nodes ${folder}`,
  },
  {
    number: 3,
    title: "Production traffic was replayed",
    needs: [2],
    byPerson: false,
    judge: (facts, now) => {
      const runs = facts.runs.filter((run) => run.traffic);
      const fit = runs.filter((run) => isOfVersions(run, facts));
      const fresh = fit.filter((run) => isFresh(run.createdAt, now, RUN_AGE_MS));
      const whole = fresh.findLast(({ complete, compared }) => complete && compared > 0);
      if (whole !== undefined)
        return done(`${whole.compared} calls compared`, whole.createdAt, whole.folder);
      if (runs.length === 0) return open("no run of recorded traffic");
      if (fit.length === 0) return open("the runs are of other versions");
      const [last] = fit.slice(-1);
      if (fresh.length === 0)
        return open(`the newest run is ${ageOf(last?.createdAt ?? "", now)} old`, last?.folder);
      return open("the newest run is incomplete", last?.folder);
    },
    next: ({ upgrade }, folder) =>
      `shadowdiff replay recordings/${upgrade.client}.sqlite --old URL --candidate URL --out ${folder}/runs/traffic`,
  },
  {
    number: 4,
    title: "Each change of the changelog is tested",
    needs: [1, 2],
    byPerson: false,
    judge: (facts, now) => {
      const run = facts.runs.findLast(
        (own) =>
          isOfVersions(own, facts) &&
          isFresh(own.createdAt, now, RUN_AGE_MS) &&
          own.cases.tested + own.cases.waived + own.cases.open > 0,
      );
      if (run === undefined) return open("no run with the changelog's cases");
      const { tested, waived, open: left } = run.cases;
      return left > 0
        ? open(`${left} cases are open, ${tested} tested, ${waived} waived`, run.folder)
        : done(`${tested} cases tested, ${waived} waived`, run.createdAt, run.folder);
    },
    next: (_, folder) =>
      `shadowdiff replay ${folder}/cases.sqlite --old URL --candidate URL --out ${folder}/runs/cases`,
  },
  {
    number: 5,
    title: "Customers were told",
    needs: [3],
    byPerson: false,
    judge: ({ notices }) => {
      if (notices === null || notices.drafted === 0) return open("no notice was drafted");
      if (notices.approved + notices.sent < notices.drafted)
        return open(
          `${notices.drafted - notices.approved - notices.sent} notices wait for approval`,
        );
      if (notices.sent < notices.drafted || notices.unsettled > 0)
        return open(
          `${notices.sent} of ${notices.drafted} notices were sent, ${notices.unsettled} messages are unsettled`,
        );
      if (notices.objections > 0)
        return { state: "failed", why: `${notices.objections} customers object` };
      return done(`${notices.sent} notices were sent, nobody objects`, notices.lastSentAt);
    },
    next: ({ runs }, folder) => {
      const run = runs.findLast(({ traffic }) => traffic)?.folder ?? "runs/traffic";
      return `shadowdiff notice draft ${folder}/${run} --upgrade ${folder}/upgrade.yaml --customers customers.csv`;
    },
  },
  {
    number: 6,
    title: "The verdict lets it go on",
    needs: [3, 4],
    byPerson: false,
    judge: (facts, now) => {
      const runs = facts.runs.filter(
        (run) => isOfVersions(run, facts) && isFresh(run.createdAt, now, RUN_AGE_MS),
      );
      const failed = runs.find(({ verdict }) => verdict === "fail");
      if (failed !== undefined)
        return {
          state: "failed",
          why: `${failed.folder}: ${failed.reason}`,
          at: failed.createdAt,
          file: failed.folder,
        };
      const unclear = runs.find(({ verdict }) => verdict === "inconclusive");
      if (unclear !== undefined)
        return open(`${unclear.folder}: ${unclear.reason}`, unclear.folder);
      const [last] = runs.slice(-1);
      return last === undefined
        ? open("no verdict of these versions")
        : done(`pass, by ${plural(runs.length, "run")}`, last.createdAt, last.folder);
    },
    next: ({ runs }, folder) =>
      `shadowdiff gate ${(runs.length === 0 ? [{ folder: "runs/traffic" }] : runs).map((run) => `${folder}/${run.folder}`).join(" ")}`,
  },
  {
    number: 7,
    title: "Customers can try both versions",
    needs: [2],
    byPerson: false,
    judge: (facts, now) =>
      evidenceOf(facts, 7, now) ??
      open(
        facts.upgrade.test === "none"
          ? "upgrade.yaml names no test endpoint"
          : `${facts.upgrade.test.endpoint} was not tried`,
      ),
    next: (_, folder) => `shadowdiff upgrade preview ${folder} --try URL`,
  },
  {
    number: 8,
    title: "The new fleet can carry the traffic",
    needs: [6],
    byPerson: false,
    judge: (facts, now) =>
      evidenceOf(facts, 8, now) ?? open("the capacity of the new fleet was not seen"),
    next: (_, folder) => `shadowdiff rollout start ${folder}`,
  },
  {
    number: 9,
    title: "Traffic was shifted slowly",
    needs: [5, 6, 7, 8, 10],
    byPerson: false,
    judge: ({ rollout }) => {
      if (rollout === null) return open("no roll-out was begun");
      if (rollout.allAt !== null && ["holding", "complete", "retired"].includes(rollout.state))
        return done("all traffic is on the new version", rollout.allAt, "rollout.jsonl");
      if (rollout.state === "rolled-back")
        return {
          state: "failed",
          why: `rolled back: ${rollout.why}`,
          at: rollout.at,
          file: "rollout.jsonl",
        };
      return open(`${rollout.weight} % of traffic, ${rollout.state}`, "rollout.jsonl");
    },
    next: (_, folder) => `shadowdiff rollout start ${folder}`,
  },
  {
    number: 10,
    title: "Roll-back was rehearsed",
    needs: [],
    byPerson: false,
    judge: (facts, now) =>
      evidenceOf(facts, 10, now) ??
      open(
        facts.upgrade.rollback.possible
          ? "no roll-back was rehearsed"
          : "upgrade.yaml says that there is no way back: waive this with a reason",
      ),
    next: (_, folder) => `shadowdiff rollout rehearse ${folder}`,
  },
  {
    number: 11,
    title: "Support knows",
    needs: [5],
    byPerson: true,
    judge: () => open("nobody has signed that support was told"),
    next: (_, folder) =>
      `shadowdiff upgrade support ${folder}; shadowdiff upgrade sign ${folder} 11 --by NAME --reason TEXT`,
  },
  {
    number: 12,
    title: "Watched for 48 hours",
    needs: [9],
    byPerson: false,
    judge: ({ rollout }, now) => {
      if (rollout === null || rollout.allAt === null) return open("the shift is not done");
      if (rollout.state === "complete" || rollout.state === "retired")
        return done("the live verdict held", rollout.at, "rollout.jsonl");
      const left = HOLD_MS - (now.getTime() - Date.parse(rollout.allAt));
      return open(
        left > 0 ? `${age(Math.ceil(left / 60_000) * 60_000)} left` : "the hold was not closed",
        "rollout.jsonl",
      );
    },
    next: (_, folder) => `shadowdiff rollout status ${folder}`,
  },
  {
    number: 13,
    title: "Old is kept, then retired",
    needs: [9],
    byPerson: true,
    judge: ({ upgrade, rollout }, now) => {
      if (upgrade.oldVersion === "none") return open("upgrade.yaml keeps no old version");
      const until = Date.parse(upgrade.oldVersion.keptUntil);
      if (rollout?.state === "retired") return done("old was retired", rollout.at, "rollout.jsonl");
      return open(
        now.getTime() < until
          ? `old is kept until ${upgrade.oldVersion.keptUntil}`
          : "old may be retired",
      );
    },
    next: (_, folder) => `shadowdiff rollout retire ${folder}`,
  },
  {
    number: 14,
    title: "Another client can take over",
    needs: [],
    byPerson: false,
    judge: (facts, now) =>
      evidenceOf(facts, 14, now) ?? open("fail-over to another client was not looked at"),
    next: (_, folder) => `shadowdiff parity RUN --upgrade ${folder}`,
  },
];

function open(why: string, file: string | null = null): Shown {
  return { state: "open", why, file };
}

function done(why: string, at: string | null = null, file: string | null = null): Shown {
  return { state: "done", why, at, file };
}

/** The newest evidence of a step that still counts; a newest one that failed is told as such. */
function evidenceOf(facts: UpgradeFacts, step: number, now: Date): Shown | null {
  const last = facts.evidence.findLast((own) => own.step === step && isOfVersion(own, facts));
  if (last === undefined) return null;
  const { at, file, what, ok } = last;
  if (!isFresh(at, now, EVIDENCE_AGE_MS))
    return open(`${what}, ${ageOf(at, now)} ago: too long`, file);
  return ok ? done(what, at, file) : { state: "failed", why: what, at, file };
}

function isOfVersion({ version }: Evidence, { upgrade }: UpgradeFacts): boolean {
  return version === null || names(version, upgrade.to);
}

/** Whether a run met the versions that this upgrade is about: all nodes of both sides. */
function isOfVersions({ old, candidate }: RunFactsOf, { upgrade }: UpgradeFacts): boolean {
  return allName(old, upgrade.from) && allName(candidate, upgrade.to);
}

function allName(versions: readonly string[], wanted: string): boolean {
  return versions.length > 0 && versions.every((version) => names(version, wanted));
}

/** `Geth/v1.17.0-stable-…` names 1.17.0, and not 1.17 or 11.17.0. */
function names(version: string, wanted: string): boolean {
  const numbers = wanted.replace(/^v/i, "").replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?:^|[^\d.])${numbers}(?![\d.]*\d)`).test(` ${version}`);
}

function isFresh(at: string, now: Date, mostMs: number): boolean {
  return now.getTime() - Date.parse(at) <= mostMs;
}

function ageOf(at: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(at)) / DAY_MS);
  return days >= 2 ? `${days} days` : age(Math.max(0, now.getTime() - Date.parse(at)));
}
