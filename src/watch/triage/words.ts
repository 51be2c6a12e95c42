import type { WatchEvent } from "./event.ts";
import type { Sign } from "./signs.ts";
import type { Said, Triage } from "./triage.ts";

/** An event in words: a subject of one line, and lines. */
export interface EventWords {
  readonly subject: string;
  readonly lines: readonly string[];
}

const SUBJECT_LENGTH = 78;
/** Sentences quoted of one sign in a message. */
const QUOTED = 3;

const SIGN_TITLES: Readonly<Record<Sign, string>> = {
  security: "Security",
  mandatory: "Mandatory",
  avoid: "Not to be run",
  "no-rollback": "No way back",
  migration: "Database or resync",
  removal: "Removed, deprecated or changed",
  api: "RPC and API",
  recommended: "Recommended",
};

/** Answers first what operators ask: is it forced, by when, can I go back. */
export function wordsOf(event: WatchEvent): EventWords {
  const { title, version } = event;
  switch (event.kind) {
    case "behind": {
      const { releases, days, newest } = event.behind;
      return words(`${event.node} is ${releases} releases behind ${newest ?? title}`, [
        `${event.node} runs ${version}. ${title} ${newest ?? ""} is out; the oldest release that it lacks has been out for ${days} days.`,
        `Allowed: ${allowed(event.allowed)}.`,
        "A mend may stand in a release whose notes do not name it: being behind is a risk of its own.",
      ]);
    }
    case "vulnerable": {
      const { name, uid, severity, summary, fixed, CVE } = event.vulnerability;
      return words(`${event.node} has ${uid} (${severity || "severity not said"})`, [
        `${event.node} runs ${version}: ${name}${CVE === "" ? "" : ` (${CVE})`}.`,
        ...(summary === "" ? [] : [summary]),
        `Mended in ${fixed || "a version that is not said"}.`,
      ]);
    }
    case "unsigned":
      return words(`${title}: the list of vulnerabilities is not signed by a known key`, [
        `${event.url} was not read. Either its key changed or somebody else wrote it.`,
      ]);
    case "withdrawn":
      return words(`${title} ${version} was withdrawn`, [
        `${title} ${version} of ${day(event.publishedAt)} is not among the releases any more.`,
        "Stop a roll-out of it until upstream says why.",
      ]);
    case "returned":
      return words(`${title} ${version} is back`, [
        "It was withdrawn and is among the releases again: ask upstream what changed in it.",
        ...standing(event),
        event.url,
      ]);
    case "demoted":
      return words(`${title} ${version} is a pre-release again`, [
        "Upstream took it back from the releases. Stop a roll-out of it until upstream says why.",
        ...standing(event),
        event.url,
      ]);
    case "tag-moved":
      return words(`${title} ${version}: the tag points to other code`, [
        "What was tested is not what is installed now. Stop, and ask upstream.",
        ...event.diff,
      ]);
    case "edited":
      return words(`${title} ${version}: the notes were edited`, [
        ...standing(event),
        "What changed in the notes:",
        ...event.diff,
        event.url,
      ]);
    case "new":
    case "released":
      break;
  }
  return words(
    `${title} ${version}${event.prerelease ? " (pre-release)" : ""}: ${event.triage.urgency}`,
    [...standing(event), ...quotes(event.triage.said), event.url],
  );
}

type ReleaseEvent = Extract<WatchEvent, { readonly triage: unknown }>;

function standing({ triage, known, publishedAt, kind }: ReleaseEvent): string[] {
  const says = (sign: Sign): boolean => triage.said.some((own) => own.sign === sign);
  const when = [...triage.dates.map(moment), ...triage.heights];
  return [
    `${kind === "released" ? "Now a release, no longer a pre-release" : "Released"} ${day(publishedAt)}. Forced: ${forced(triage)}.`,
    ...(says("avoid") ? ["The notes say not to run it, at least somewhere: read that first."] : []),
    `By when: ${when.length === 0 ? "no date that can be read" : when.join(", ")}.`,
    `Way back: ${triage.rollback ? "nothing in the notes bars it" : "the notes say there is none"}.`,
    ...(known === null
      ? []
      : [
          `Known changes of answers after ${known.from}: ${known.changes}${known.changes === 0 ? " (none is known yet, which proves nothing)" : ""}.`,
        ]),
  ];
}

function forced({ urgency, said, testNets }: Triage): string {
  const isMandatory = said.some(({ sign }) => sign === "mandatory");
  const mandatory = testNets ? "yes, but of test nets alone" : "yes, by the notes";
  if (urgency === "security")
    return `a security release; hours, not weeks${isMandatory ? ` (mandatory beside that: ${mandatory})` : ""}`;
  return isMandatory ? mandatory : "the notes do not say so";
}

function quotes(said: readonly Said[]): string[] {
  const groups = Map.groupBy(said, ({ sign }) => sign);
  return Object.entries(SIGN_TITLES).flatMap(([sign, title]) => {
    const own = groups.get(sign as Sign) ?? [];
    if (own.length === 0) return [];
    const more = own.length > QUOTED ? [`and ${own.length - QUOTED} more`] : [];
    return [
      `${title}:`,
      ...own.slice(0, QUOTED).map(({ sentence }) => `  “${sentence}”`),
      ...more.map((text) => `  ${text}`),
    ];
  });
}

function words(subject: string, lines: readonly string[]): EventWords {
  const line = subject.replaceAll(/\s+/g, " ");
  return {
    subject: line.length <= SUBJECT_LENGTH ? line : `${line.slice(0, SUBJECT_LENGTH - 1)}…`,
    lines: lines.filter((own) => own !== ""),
  };
}

function allowed({
  releases,
  days,
}: {
  releases?: number | undefined;
  days?: number | undefined;
}): string {
  return [
    ...(releases === undefined ? [] : [`${releases} releases`]),
    ...(days === undefined ? [] : [`${days} days`]),
  ].join(", ");
}

/** `2026-11-25 13:55 UTC`, or the day alone where no time was said. */
function moment(text: string): string {
  return text.slice(11, 19) === "00:00:00" ? day(text) : `${day(text)} ${text.slice(11, 16)} UTC`;
}

/** `2026-11-25`. */
function day(text: string): string {
  return text.slice(0, 10);
}
