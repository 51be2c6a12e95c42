import type { JudgedRun } from "../../model/judged.ts";
import type { RecordingFacts, RunFacts, TargetFacts } from "../../model/run.ts";
import { decisionOf, decisionText, type CustomerNames } from "../../judge/decision.ts";
import { findingViews } from "./finding-view.ts";
import { groupViews } from "./groups.ts";
import { leftOut } from "./left-out.ts";
import { shownOrder } from "./shown-order.ts";
import { customerViews, methodViews, type Known } from "./tables.ts";
import { notTested } from "./not-tested.ts";
import { severityCounts } from "./severity-counts.ts";
import { sinceView } from "./since.ts";
import type { Baseline } from "./since.ts";
import { cut, timeText } from "./text.ts";
import type {
  Coverage,
  Decision,
  Heading,
  ReadTexts,
  RecordingView,
  ReportView,
  SideView,
} from "./view.ts";

export interface ViewOptions {
  readonly texts: ReadTexts;
  /** Entries of the accepted file: who decided what. */
  readonly decisions: readonly Decision[];
  /** The earlier run that this one was judged against. */
  readonly since: Baseline | null;
  readonly now: Date;
  /** Pseudonym → name; empty without a customers file. */
  readonly names?: CustomerNames;
  /** Pseudonym → the draft of its notice, as a link from the report. */
  readonly notices?: ReadonlyMap<string, string>;
}

/** Everything a report shows of a judged run, but for the examples' texts, which are read finding by finding. */
export function buildView(judged: JudgedRun, options: ViewOptions): ReportView {
  const { facts } = judged;
  const totalWeight = facts.methods.reduce((sum, method) => sum + method.weight, 0);
  const findings = findingViews({
    judged,
    texts: options.texts,
    decisions: new Map(options.decisions.map((decision) => [decision.fingerprint, decision])),
    now: options.now,
    names: options.names,
  });
  const { names, notices } = options;
  const known: Known = (id) => ({
    name: names?.get(id) ?? null,
    notice: notices?.get(id) ?? null,
  });
  const decision = decisionOf(judged, names);
  const here = new Set(judged.findings.map((finding) => finding.fingerprint));
  return {
    heading: heading(facts, options.now),
    verdict: judged.verdict,
    decision,
    decisionText: decisionText(decision),
    decisions: options.decisions.filter((decision) => here.has(decision.fingerprint)),
    counts: facts.counts,
    coverage: coverage(facts, totalWeight),
    notTested: notTested(facts.notCompared, totalWeight),
    severities: severityCounts(judged),
    sides: [sideView("old", facts.header.old), sideView("candidate", facts.header.candidate)],
    header: facts.header,
    findings,
    groups: groupViews(shownOrder(judged.findings), facts.signatures, totalWeight),
    methods: methodViews(facts.methods, findings, totalWeight),
    customers: customerViews(facts, findings, known),
    dismissed: judged.dismissed,
    cases: facts.cases,
    since: sinceView(judged, options.since),
    leftOut: leftOut(findings, facts),
  };
}

function heading(facts: RunFacts, now: Date): Heading {
  const { header } = facts;
  const { chainId, genesisHash } = header.network;
  return {
    versions: `${versionsOf(header.old)} → ${versionsOf(header.candidate)}`,
    network: networkWords(chainId, genesisHash),
    runId: header.id,
    createdAt: header.createdAt,
    madeAt: timeText(now.getTime()) as string,
    command: header.command,
    complete: facts.complete,
    incompleteReason: facts.incompleteReason,
  };
}

/** Networks whose genesis or chain id is nobody else's. */
const GENESES: Readonly<Record<string, string>> = {
  "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3": "Ethereum mainnet",
  "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9": "Sepolia",
  "0xb5f7f912443c940f21fd611f12828d75b534364ed9e95ca4e307729a4661bde4": "Holesky",
  "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f": "Bitcoin mainnet",
  "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d": "Solana mainnet",
};

function networkWords(chainId: string, genesisHash: string | null): string {
  if (chainId === "unknown") return "network not recorded";
  const name = GENESES[genesisHash ?? ""];
  if (name !== undefined) return `${name} (chain ${chainId})`;
  return `chain ${chainId}${genesisHash === null ? "" : `, genesis ${genesisHash.slice(0, 10)}…`}`;
}

/** `Geth/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24` as `Geth v1.16.7`; a version of another form as it is. */
function shortVersion(version: string | null): string {
  if (version === null) return "unknown version";
  const match = /^([A-Za-z][\w .-]*)\/v?(\d+\.\d+(?:\.\d+)?(?:-(?:rc|alpha|beta)[\w.]*)?)/.exec(
    version,
  );
  return match === null ? cut(version, 80) : `${match[1]} ${match[2]}`;
}

function versionsOf(targets: readonly TargetFacts[]): string {
  const versions = [...new Set(targets.map((target) => shortVersion(target.clientVersion)))];
  return versions.length === 0 ? "unknown version" : versions.join(", ");
}

function coverage(facts: RunFacts, totalWeight: number): Coverage {
  const compared = facts.methods.reduce((sum, method) => sum + method.comparedWeight, 0);
  return {
    comparedShare: totalWeight === 0 ? 0 : compared / totalWeight,
    methods: facts.methods.length,
    methodsCompared: facts.methods.filter((method) => method.compared > 0).length,
    customers: facts.customers.length,
    onlyErrors: facts.methods
      .filter((method) => method.compared > 0 && method.agreedOnError === method.compared)
      .map((method) => method.method),
    sends: facts.sends,
    recordings: facts.header.recordings.map(recordingView),
  };
}

function recordingView(recording: RecordingFacts): RecordingView {
  return {
    name: recording.name,
    seen: recording.seen,
    stored: recording.stored,
    dropped: Object.entries(recording.dropped).map(([reason, exchanges]) => ({
      reason,
      exchanges,
    })),
    from: timeText(recording.firstAt),
    to: timeText(recording.lastAt),
  };
}

function sideView(side: "old" | "candidate", targets: readonly TargetFacts[]): SideView {
  return {
    side,
    targets: targets.map((target) => ({
      url: target.url,
      version: target.clientVersion,
      capabilities: Object.entries(target.capabilities).map(([name, value]) => ({
        name,
        value: typeof value === "string" ? value : JSON.stringify(value),
      })),
    })),
  };
}
