import type { Account } from "../../config/customers.ts";
import { briefOf } from "./brief.ts";
import { changesOf, withEvidence } from "./changes.ts";
import type { ReadTexts } from "./changes.ts";
import { coverageOf } from "./coverage.ts";
import { type Estimate, estimate } from "../../statistics/estimate.ts";
import { headlineOf, titleOf } from "./headline.ts";
import type { Told } from "./headline.ts";
import { isTold, isUnsettled } from "./settled.ts";
import { publicChange } from "./public.ts";
import type { AdviceOf } from "./advice.ts";
import { addUp } from "./traffic.ts";
import type { Traffic } from "./traffic.ts";
import type {
  AccountChange,
  Coverage,
  Notice,
  PublicChange,
  Standing,
  UpgradeFacts,
} from "./model.ts";

/** More than this nobody reads in a mail; the JSON form and the table hold what follows. */
const IN_FULL = 6;
const IN_TABLE = 40;
const HARMLESS = 30;
const ELSEWHERE = 20;

/** What composing needs of the outside; all functions are pure or read only the asked account's samples. */
export interface ComposeTools {
  readonly upgrade: UpgradeFacts;
  readonly adviceOf: AdviceOf;
  readonly readTexts: ReadTexts;
  /** Day of the draft, RFC 3339. */
  readonly writtenOn: string;
  /** Tell of findings, too, of which nobody has said which version is right. */
  readonly allowUnsettled?: boolean;
  /** A signed link for this account's answer, or null where the team has no page for it. */
  readonly answerLink: (account: string, answer: "ready" | "objects") => string | null;
}

/**
 * One account's notice, revision 1. Counts, times, values and clients come from the account's own pseudonyms only.
 * @param account as the customers file has it; its pseudonyms are merged
 */
export function composeNotice(account: Account, traffic: Traffic, tools: ComposeTools): Notice {
  const { upgrade, adviceOf, readTexts, answerLink, allowUnsettled = false } = tools;
  const { told: own, held } = changesOf(account, traffic, adviceOf, allowUnsettled);
  const changes = own.map(({ change }) => change);
  const acting = own.filter(({ change }) => change.severity !== "info");
  const full = withEvidence(acting.slice(0, IN_FULL), readTexts, upgrade);
  const further = acting.slice(IN_FULL).map(({ change }) => change);
  const harmless = changes.filter(({ severity }) => severity === "info");
  const coverage = coverageOf(account, traffic);
  const standing = standingOf(changes, coverage);
  const others = elsewhere(account, traffic, tools);
  const touched = touchedBy(account, traffic, changes, standing);
  const brief = briefOf(acting.map(({ change }) => change));
  return {
    schemaVersion: 1,
    id: `${upgrade.id}/${account.account}`,
    revision: 1,
    history: [],
    reminder: null,
    account: account.account,
    name: account.name,
    language: account.language,
    standing,
    title: titleOf(standing, upgrade, toldOf(changes)),
    headline: headlineOf(standing, upgrade, touched, coverage, others.length, brief !== null),
    brief,
    writtenOn: tools.writtenOn,
    upgrade,
    changes: full,
    further: further.slice(0, IN_TABLE),
    unlisted: Math.max(0, further.length - IN_TABLE),
    harmless: harmless.slice(0, HARMLESS),
    unlistedHarmless: Math.max(0, harmless.length - HARMLESS),
    elsewhere: others,
    held,
    coverage,
    answer: {
      ready: answerLink(account.account, "ready"),
      objects: answerLink(account.account, "objects"),
    },
  };
}

function toldOf(changes: readonly AccountChange[]): Told {
  const count = (severity: string): number =>
    changes.filter((change) => change.severity === severity).length;
  const isApi = changes.some(({ method }) => /^[A-Z]+ \//.test(method));
  return { breaking: count("breaking"), risky: count("risky"), noun: isApi ? "API" : "RPC" };
}

function standingOf(changes: readonly AccountChange[], coverage: Coverage): Standing {
  if (changes.some(({ severity }) => severity === "breaking")) return "affected";
  if (changes.some(({ severity }) => severity === "risky")) return "check";
  if (changes.length > 0) return "informed";
  return coverage.compared > 0 ? "not-seen" : "unknown";
}

/** Calls with at least one of the changes that decide the standing: a call with three of them is one call. */
function touchedBy(
  account: Account,
  { signatures }: Traffic,
  changes: readonly AccountChange[],
  standing: Standing,
): Estimate & { readonly seen: number } {
  const severity = { affected: "breaking", check: "risky", informed: "info" }[standing as string];
  const deciding = new Set(
    changes.filter((change) => change.severity === severity).map(({ fingerprint }) => fingerprint),
  );
  const own = account.pseudonyms.flatMap(({ token }) => signatures.get(token) ?? []);
  const sum = addUp(
    own.filter(({ fingerprints }) => fingerprints.some((fingerprint) => deciding.has(fingerprint))),
  );
  return { ...estimate(sum), seen: sum.calls };
}

/** Changes of methods that the account calls, which its own calls did not show: "not seen" is not "not affected". */
function elsewhere(
  account: Account,
  traffic: Traffic,
  { adviceOf, allowUnsettled = false }: ComposeTools,
): PublicChange[] {
  const called = new Set(
    account.pseudonyms
      .flatMap(({ token }) => traffic.customers.get(token) ?? [])
      .flatMap(({ methods }) => methods.map(({ method }) => method)),
  );
  const met = new Set(
    account.pseudonyms.flatMap(({ token }) =>
      (traffic.shares.get(token) ?? []).map(({ finding }) => finding.fingerprint),
    ),
  );
  return traffic.findings
    .filter(
      (finding) =>
        (finding.severity === "breaking" || finding.severity === "risky") &&
        isTold(finding) &&
        (allowUnsettled || !isUnsettled(finding)) &&
        finding.causedBy === null &&
        called.has(finding.method) &&
        !met.has(finding.fingerprint),
    )
    .slice(0, ELSEWHERE)
    .map((finding) => publicChange(finding, adviceOf));
}
