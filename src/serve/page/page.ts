import type { Finding } from "../../model/judged.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Course } from "../../runs/windows/series.ts";
import { age, percentText, plural, whole } from "../../words.ts";
import type { Judgement } from "../judgement.ts";
import { comparisonsChart, latencyChart, spark } from "./charts.ts";
import { html, type Html, type Part } from "./html.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** What the page shows. */
export interface PageFacts {
  readonly judgement: Judgement;
  readonly course: Course;
  /** As the query has it, or null for the default. */
  readonly window: string | null;
  /** Which of several runs, from 1, and of how many. */
  readonly run: { readonly number: number; readonly of: number };
  /** Newest first. */
  readonly events: readonly { readonly at: string; readonly event: unknown }[];
  /** Unix ms of this reader's last look; null at the first. */
  readonly lastLook: number | null;
  readonly now: Date;
}

const WINDOWS = ["10m", "1h", "24h", "48h"] as const;
const FINDINGS = 50;
const RELOAD_SECONDS = 15;

/** The whole page. `nonce` lets its own style and script in, and nothing else. */
export function page(facts: PageFacts, nonce: string): string {
  const { verdict } = facts.judgement.verdict;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${verdict} · shadowdiff</title>
        <noscript><meta http-equiv="refresh" content="${RELOAD_SECONDS}" /></noscript>
        <style nonce="${nonce}">
          ${{ html: STYLE }}
        </style>
      </head>
      <body>
        <main id="live">${content(facts)}</main>
        <script nonce="${nonce}">
          ${{ html: SCRIPT }};
        </script>
      </body>
    </html> `.html;
}

/** What changes: sent again each time it does. */
export function content(facts: PageFacts): Html {
  const { judgement, course, now } = facts;
  const { judged, verdict } = judgement;
  return html` <header class="card ${verdict.verdict}">
      <p class="quiet">shadowdiff · ${runLine(facts)}</p>
      <h1 aria-live="polite">${WORDS[verdict.verdict]}</h1>
      <p>${windowLine(judgement, facts.window)}</p>
      <ul class="reasons">
        ${verdict.reasons
          .filter((reason) => reason.verdict !== "pass")
          .slice(0, 8)
          .map((reason) => html`<li class="${reason.verdict}">${reason.text}</li>`)}
      </ul>
      <nav aria-label="Window">${[...WINDOWS, "all"].map((name) => link(name, facts))}</nav>
      ${facts.run.of > 1 ? runLinks(facts) : null}
    </header>
    ${numbers(facts)}
    <section aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      ${findings(facts)}
    </section>
    <section aria-labelledby="course">
      <h2 id="course">Course</h2>
      ${course.steps.length === 0 ? html`<p>This run does not grow: its course is not kept.</p>` : [comparisonsChart(course.steps), latencyChart(course.steps), LEGEND]}
    </section>
    <section aria-labelledby="left">
      <h2 id="left">Not compared</h2>
      ${notCompared(facts)}
    </section>
    ${
      facts.events.length === 0
        ? null
        : html`<section aria-labelledby="events">
            <h2 id="events">Rollout events</h2>
            <ul>
              ${facts.events.map(({ at, event }) => html`<li><time>${at}</time> ${JSON.stringify(event).slice(0, 300)}</li>`)}
            </ul>
          </section>`
    }
    <footer class="quiet">
      Made at ${now.toISOString().slice(0, 19).replace("T", " ")} UTC.
      ${judged === null ? null : html`All of the run: <code>shadowdiff report</code>, <code>shadowdiff gate</code>.`}
    </footer>`;
}

const WORDS = {
  pass: "Pass: nothing speaks against going on",
  fail: "Fail: do not go on",
  inconclusive: "Inconclusive: not enough was seen to decide",
} as const;

const LEGEND = html`<p class="legend">
  <span class="key same"></span> same <span class="key different"></span> different
  <span class="key uncomparable"></span> not comparable · <span class="key old"></span> old
  <span class="key candidate"></span> candidate
</p>`;

function runLine({ judgement }: PageFacts): Part {
  const header = judgement.judged?.facts.header;
  if (header === undefined) return "no run yet";
  return `${versions(header.old)} → ${versions(header.candidate)}, chain ${header.network.chainId}`;
}

function versions(targets: readonly { readonly clientVersion: string | null }[]): string {
  return targets.map(({ clientVersion }) => clientVersion ?? "unknown version").join(", ");
}

function windowLine(judgement: Judgement, window: string | null): string {
  const { windowStart, ageSeconds } = judgement;
  if (windowStart === null) return "Nothing could be judged.";
  const since = windowStart.slice(0, 16).replace("T", " ");
  const what = window === null || window === "all" ? "All since" : `The last ${window}, since`;
  return `${what} ${since} UTC; newest comparison ${age((ageSeconds ?? 0) * 1_000)} ago.`;
}

function link(name: string, { window, run }: PageFacts): Html {
  const here = (window ?? "all") === name;
  const query = new URLSearchParams({ window: name });
  if (run.of > 1) query.set("run", String(run.number));
  return html`<a href="/?${query.toString()}" ${here ? html`aria-current="page"` : null}
    >${name}</a
  > `;
}

function runLinks({ window, run }: PageFacts): Html {
  return html`<nav aria-label="Candidate">
    ${Array.from({ length: run.of }, (_, index) => {
      const number = index + 1;
      const query = new URLSearchParams({
        run: String(number),
        ...(window === null ? {} : { window }),
      });
      return html`<a
        href="/?${query.toString()}"
        ${number === run.number ? html`aria-current="page"` : null}
        >candidate ${number}</a
      > `;
    })}
  </nav>`;
}

function numbers({ judgement, course }: PageFacts): Html {
  const counts = judgement.judged?.facts.counts;
  const rows: [string, string, string][] = [
    ["compared", whole(counts?.compared ?? 0), ""],
    ["different", whole(counts?.different ?? 0), (counts?.different ?? 0) > 0 ? "bad" : ""],
    ["not comparable", whole(counts?.uncomparable ?? 0), ""],
    ["skipped", whole(counts?.skipped ?? 0), ""],
    ...statusRows(course.status),
  ];
  return html`<section aria-label="Numbers">
    <dl class="numbers">
      ${rows.map(
        ([name, value, mark]) =>
          html`<div class="${mark}">
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

function statusRows(status: JsonObject | null): [string, string, string][] {
  if (status === null) return [];
  const number = (key: string): number => Number(status[key] ?? 0);
  const heads = (status["heads"] ?? {}) as JsonObject;
  const [old, candidate] = [heads["old"], heads["candidate"]];
  const behind = typeof old === "number" && typeof candidate === "number" ? old - candidate : null;
  const ledger = (status["ledger"] ?? {}) as JsonObject;
  const dropped = (ledger["dropped"] ?? {}) as JsonObject;
  const lost = Object.values(dropped).reduce<number>((sum, own) => sum + Number(own), 0);
  const extra = number("liveRequests") === 0 ? 0 : number("extraRequests") / number("liveRequests");
  return [
    [
      "candidate",
      status["gone"] === true ? "gone" : "answers",
      status["gone"] === true ? "bad" : "",
    ],
    [
      "candidate behind",
      behind === null ? "unknown" : plural(Math.max(0, behind), "block"),
      (behind ?? 0) > 2 ? "bad" : "",
    ],
    ["waiting", `${whole(number("queueItems"))}, ${age(number("lagMs"))}`, ""],
    ["seen", whole(Number(ledger["seen"] ?? 0)), ""],
    ["lost", whole(lost), ""],
    ["extra load on old", percentText(extra), ""],
  ];
}

function findings({ judgement, course, lastLook }: PageFacts): Html {
  const all = judgement.judged?.findings ?? [];
  if (all.length === 0) return html`<p>None in this window.</p>`;
  const more = all.length - FINDINGS;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of findings">
      <table>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">What differs</th>
            <th scope="col">Calls</th>
            <th scope="col">Customers</th>
            <th scope="col">Sure</th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
            <th scope="col">Trend</th>
          </tr>
        </thead>
        <tbody>
          ${all.slice(0, FINDINGS).map((finding) => findingRow(finding, course, lastLook))}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p>And ${plural(more, "finding")} more that rank lower: <code>shadowdiff report</code> has all.</p>` : null}`;
}

function findingRow(finding: Finding, course: Course, lastLook: number | null): Html {
  const own = course.findings.get(finding.fingerprint);
  const isNew = lastLook !== null && own !== undefined && own.firstAt > lastLook;
  return html`<tr>
    <td><span class="badge ${finding.severity}">${finding.severity}</span></td>
    <td>
      ${isNew ? html`<strong class="fresh">since your last look</strong> ` : null}${finding.title}
      <span class="quiet"
        >${finding.kind}
        <code>${finding.path}</code>${finding.status === "new" ? null : `, ${finding.status}`}</span
      >
    </td>
    <td class="number">${whole(finding.calls)}</td>
    <td class="number">${whole(finding.facts.customers.length)}</td>
    <td>${finding.confidence}</td>
    <td>${own === undefined ? null : clock(own.firstAt)}</td>
    <td>${own === undefined ? null : clock(own.lastAt)}</td>
    <td>
      ${own === undefined ? null : [spark(own.points, course.steps), html` ${finding.facts.seen?.trend ?? ""}`]}
    </td>
  </tr>`;
}

function notCompared({ judgement, course }: PageFacts): Html {
  const rows = judgement.judged?.facts.notCompared ?? [];
  const byReason = new Map<string, number>();
  for (const { state, reason, calls } of rows) {
    const key = `${state}: ${reason}`;
    byReason.set(key, (byReason.get(key) ?? 0) + calls);
  }
  const ledger = (course.status?.["ledger"] ?? {}) as JsonObject;
  for (const [reason, exchanges] of Object.entries((ledger["dropped"] ?? {}) as JsonObject))
    if (Number(exchanges) > 0) byReason.set(`lost: ${reason} (since the start)`, Number(exchanges));
  if (byReason.size === 0) return html`<p>Everything that passed was compared.</p>`;
  return html`<ul>
    ${[...byReason]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, calls]) => html`<li>${reason}: ${whole(calls)}</li>`)}
  </ul>`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(5, 16).replace("T", " ");
}
