import type { Account } from "../../config/customers.ts";
import type { Finding, JudgedRun } from "../../model/judged.ts";
import { SEVERITIES } from "../../model/kinds.ts";
import type { Sample, SampleTexts } from "../../model/run.ts";
import { forClients } from "./advice.ts";
import { estimate } from "../../statistics/estimate.ts";
import { excerpts } from "./excerpt.ts";
import { upstreamOf } from "./public.ts";
import { isTold, isUnsettled } from "./settled.ts";
import type { AdviceOf } from "./advice.ts";
import { askOf } from "./request.ts";
import { sentence } from "./sentence.ts";
import { shortenText, shortRequest } from "./shorten.ts";
import { addUp, latest, utc } from "./traffic.ts";
import type { Share, Traffic } from "./traffic.ts";
import type { AccountChange, Evidence, Excerpt, UpgradeFacts } from "./model.ts";

/** Reads the full texts of samples of a run; only those of the account that is being written to are asked for. */
export type ReadTexts = (
  run: JudgedRun,
  pairIds: readonly string[],
) => ReadonlyMap<string, SampleTexts>;

/** What differs for one account, and how many findings of its calls nobody has settled. */
export interface Changes {
  readonly told: readonly Candidate[];
  readonly held: number;
}

/** A change with what is needed to write its evidence later, for those that are shown in full only. */
export interface Candidate {
  readonly change: AccountChange;
  readonly shares: readonly Share[];
}

/**
 * What differs for one account, worst and most used first. Everything counted and quoted is from that account's shares; a
 * finding contributes only its kind, method, path pattern and known change. Flaky findings are left out: they may be nothing.
 */
export function changesOf(
  account: Account,
  traffic: Traffic,
  adviceOf: AdviceOf,
  allowUnsettled = false,
): Changes {
  const apps = new Map(account.pseudonyms.map(({ token, app }) => [token, app]));
  const shares = account.pseudonyms.flatMap(({ token }) => traffic.shares.get(token) ?? []);
  const all = shares.filter(({ finding }) => isTold(finding));
  const firm = allowUnsettled ? all : all.filter(({ finding }) => !isUnsettled(finding));
  const held = new Set(
    all
      .filter((share) => !firm.includes(share) && share.finding.severity !== "info")
      .map(({ finding }) => finding.fingerprint),
  );
  const groups = [...Map.groupBy(firm, ({ finding }) => finding.fingerprint).values()];
  const present = new Set(groups.map((group) => group[0]?.finding.fingerprint));
  const causes = new Map<string, string[]>();
  const counts = new Map(
    groups.map((group) => [group[0]?.finding, addUp(group.map(({ seen }) => seen)).calls]),
  );
  const own: Candidate[] = [];
  for (const group of groups) {
    const candidate = { change: changeOf(group, apps, adviceOf), shares: group };
    const cause = group[0]?.finding.causedBy ?? sameError(candidate.change, counts);
    if (cause === null || !present.has(cause)) own.push(candidate);
    else causes.set(cause, [...(causes.get(cause) ?? []), candidate.change.sentence]);
  }
  const told = own
    .map((candidate) => ({
      ...candidate,
      change: {
        ...candidate.change,
        follows: (causes.get(candidate.change.fingerprint) ?? []).slice(0, 10),
      },
    }))
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.change.severity) - SEVERITIES.indexOf(b.change.severity) ||
        b.change.estimate.calls - a.change.estimate.calls ||
        a.change.fingerprint.localeCompare(b.change.fingerprint),
    );
  return { told, held: held.size };
}

/**
 * An error's new text is told with its new code where the same calls have both: two findings, one thing to do. Not where the
 * text itself is what clients match on.
 */
function sameError(
  { kind, severity, method, path, calls }: AccountChange,
  counts: ReadonlyMap<Finding | undefined, number>,
): string | null {
  if (severity === "breaking" || !kind.startsWith("error-") || kind === "error-code-changed")
    return null;
  const code = path.replace(/\/(?:message|data)$/, "/code");
  for (const [finding, count] of counts) {
    const same =
      finding?.kind === "error-code-changed" && finding.method === method && finding.path === code;
    if (same && count === calls) return finding.fingerprint;
  }
  return null;
}

function changeOf(
  shares: readonly Share[],
  apps: ReadonlyMap<string, string | null>,
  adviceOf: AdviceOf,
): AccountChange {
  const { finding } = shares[0] as Share;
  const { fingerprint, kind, severity, method, path } = finding;
  const seen = shares.map((share) => share.seen);
  const sample = shares.flatMap(({ samples }) => samples)[0];
  const values = sample === undefined ? null : { old: sample.old, candidate: sample.candidate };
  const subject = { kind, method, path, values };
  const clients = [...new Set(shares.flatMap((share) => share.clients))].sort().slice(0, 6);
  return {
    fingerprint,
    kind,
    severity,
    method,
    path,
    sentence: sentence(subject),
    calls: addUp(seen).calls,
    estimate: estimate(addUp(seen)),
    lastSeen: utc(latest(seen.map(({ lastSeen }) => lastSeen))),
    clients,
    apps: [...new Set(seen.flatMap(({ id }) => apps.get(id) ?? []))].sort(),
    accepted: finding.status === "accepted",
    upstream: upstreamOf(finding),
    advice: forClients(adviceOf(subject), clients),
    conformance: conformanceText(finding),
    evidence: null,
    shownAt: null,
    follows: [],
  };
}

/** Says who was wrong, and no value of anybody's: it lowers nothing, as a program does not read specifications. */
function conformanceText({ conformance, proof }: Finding): string | null {
  if (proof?.wrong === "old")
    return "The present answer was wrong: it contradicts itself, and the new one does not.";
  if (conformance === undefined) return null;
  const { standing, specification } = conformance;
  if (standing === "gained")
    return `The present answer was wrong; the new answer follows the specification (${specification}).`;
  if (standing === "lost")
    return `The present answer follows the specification (${specification}); the new answer departs from it.`;
  return null;
}

/** The same changes, each with one call of the account's own as evidence: the newest that was kept. */
export function withEvidence(
  candidates: readonly Candidate[],
  readTexts: ReadTexts,
  upgrade: UpgradeFacts,
): AccountChange[] {
  const chosen = candidates.map(({ change, shares }) => {
    const found = shares.flatMap(({ run, samples }) => samples.map((sample) => ({ run, sample })));
    return { change, newest: found.sort((a, b) => (b.sample.at ?? 0) - (a.sample.at ?? 0))[0] };
  });
  const byRun = Map.groupBy(
    chosen.flatMap(({ newest }) => newest ?? []),
    ({ run }) => run,
  );
  const texts = new Map(
    [...byRun].map(([run, found]) => [
      run,
      readTexts(
        run,
        found.map(({ sample }) => sample.pairId),
      ),
    ]),
  );
  const shown = new Map<string, number>();
  return chosen.map(({ change, newest }, index) => {
    if (newest === undefined) return change;
    // Code and message of one error are two findings and one excerpt.
    const place = `${newest.sample.pairId} ${newest.sample.path.replace(/[^/]*$/, "")}`;
    const shownAt = shown.get(place);
    if (shownAt !== undefined) {
      // The same upstream change is named once.
      const named = chosen[shownAt - 1]?.change.upstream?.source === change.upstream?.source;
      return { ...change, shownAt, upstream: named ? null : change.upstream };
    }
    shown.set(place, index + 1);
    const text = texts.get(newest.run)?.get(newest.sample.pairId);
    return { ...change, evidence: evidenceOf(change, newest.sample, text, upgrade) };
  });
}

function evidenceOf(
  change: AccountChange,
  sample: Sample,
  texts: SampleTexts | undefined,
  upgrade: UpgradeFacts,
): Evidence {
  const shown = excerpts(sample, texts?.old ?? null, texts?.candidate ?? null);
  return {
    at: utc(sample.at),
    request: texts === undefined ? shortenText(change.method) : shortRequest(texts.request),
    ...shown,
    line: lineOf(shown.before, shown.after),
    ask: texts === undefined ? null : askOf(texts, upgrade, expected(shown.after)),
  };
}

const LONGEST_LINE = 120;

/** Both excerpts as one line, where each has one line that changed and the two are short. */
function lineOf(before: Excerpt, after: Excerpt): string | null {
  const [old, now] = [before, after].map(({ lines }) =>
    lines.filter(({ changed }) => changed).map(({ text }) => text.trim()),
  ) as [string[], string[]];
  if (old.length !== 1 || now.length !== 1) return null;
  const line = `${old[0]} → ${withoutLabel(old[0] ?? "", now[0] ?? "")}`;
  return line.length <= LONGEST_LINE ? line : null;
}

/** What the new version is to answer, where one short line says it. */
function expected({ lines }: Excerpt): string | null {
  const [only, ...others] = lines.filter(({ changed }) => changed).map(({ text }) => text.trim());
  return only !== undefined && others.length === 0 && only.length <= LONGEST_LINE ? only : null;
}

/** The value alone where the label before it is the same: `"code": -32000 → 3`. */
function withoutLabel(old: string, now: string): string {
  const label = /^(?:"(?:[^"\\]|\\.)*"|[\w-]+): /.exec(old)?.[0];
  return label !== undefined && now.startsWith(label) ? now.slice(label.length) : now;
}
