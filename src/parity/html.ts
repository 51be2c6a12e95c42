import { escapedHtml, plainPage } from "../page.ts";
import { percentText, whole } from "../words.ts";
import type { Parity, ParityCustomer, ParityMethod } from "./parity.ts";
import { answerOf, caveatsOf, OUTCOME_WORDS, OUTCOMES, titleOf } from "./words.ts";

const MOST_ROWS = 500;
const MOST_DIFFERENCES = 20;
const ANSWERS: Readonly<Record<ParityCustomer["answer"], string>> = {
  can: "can fail over",
  "must-not": "must not",
  unsure: "not sure",
  untested: "not tested",
};

/** The answer as one page without scripts. Every value is escaped: answers of nodes are hostile input. */
export function parityPage(parity: Parity, now: Date): string {
  const title = titleOf(parity);
  return plainPage({
    title,
    style: `:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a4150); --quiet: light-dark(#556070, #a5afbf);
  --same: light-dark(#1a6b3a, #6fd39a); --breaks: light-dark(#a3241f, #ff9d94); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.answer { font-size: 1.25rem; } .quiet { color: var(--quiet); } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; } .breaks, .absent, .must-not { color: var(--breaks); font-weight: 600; }
.same, .harmless, .can { color: var(--same); } code { overflow-wrap: anywhere; } ul { margin: 0; padding-left: 1.2rem; }`,
    main: `<h1>${escapedHtml(title)}</h1>
<p class="answer">${escapedHtml(answerOf(parity))}</p>
${caveatsOf(parity)
  .map((caveat) => `<p class="quiet">${escapedHtml(caveat)}</p>`)
  .join("\n")}
<table><caption>All traffic: ${whole(parity.calls)} calls, ${whole(parity.compared)} compared</caption>
<tbody>${OUTCOMES.map((outcome) => `<tr><th scope="row" class="${outcome}">${OUTCOME_WORDS[outcome]}</th><td class="n">${percentText(parity.shares[outcome])}</td></tr>`).join("")}</tbody></table>
<h2>Methods</h2>
<div class="wide" tabindex="0" role="region" aria-label="Methods"><table><thead><tr><th scope="col">method</th><th scope="col" class="n">share of traffic</th><th scope="col">worst</th>${OUTCOMES.map((outcome) => `<th scope="col" class="n">${OUTCOME_WORDS[outcome]}</th>`).join("")}<th scope="col">what differs</th></tr></thead>
<tbody>
${parity.methods.slice(0, MOST_ROWS).map(methodRow).join("\n")}
</tbody></table></div>${left(parity.methods.length)}
<h2>Customers</h2>
<div class="wide" tabindex="0" role="region" aria-label="Customers"><table><thead><tr><th scope="col">customer</th><th scope="col" class="n">calls</th><th scope="col">answer</th><th scope="col" class="n">of their traffic breaks</th><th scope="col">methods</th></tr></thead>
<tbody>
${parity.customers.slice(0, MOST_ROWS).map(customerRow).join("\n")}
</tbody></table></div>${left(parity.customers.length)}
<p class="quiet">Run ${escapedHtml(parity.run.id)} of ${escapedHtml(parity.run.createdAt)}. Made ${escapedHtml(now.toISOString())}.</p>`,
  });
}

function left(rows: number): string {
  return rows > MOST_ROWS ? `\n<p>and ${rows - MOST_ROWS} more in --format json</p>` : "";
}

function methodRow({ method, share, outcome, shares, differences }: ParityMethod): string {
  const shown = differences
    .slice(0, MOST_DIFFERENCES)
    .map(
      ({ title, fate, known }) =>
        `<li><span class="${fate}">${OUTCOME_WORDS[fate]}</span>: ${escapedHtml(title)}${known === null ? "" : ` <span class="quiet">${escapedHtml(known)}</span>`}</li>`,
    );
  const more =
    differences.length > MOST_DIFFERENCES
      ? `<li>and ${differences.length - MOST_DIFFERENCES} more</li>`
      : "";
  return `<tr><th scope="row"><code>${escapedHtml(method)}</code></th><td class="n">${percentText(share)}</td><td class="${outcome}">${OUTCOME_WORDS[outcome]}</td>${OUTCOMES.map((own) => `<td class="n">${percentText(shares[own])}</td>`).join("")}<td>${shown.length === 0 ? "" : `<ul>${shown.join("")}${more}</ul>`}</td></tr>`;
}

function customerRow({ id, name, calls, answer, shares, methods }: ParityCustomer): string {
  return `<tr><th scope="row">${escapedHtml(name ?? id)}</th><td class="n">${whole(calls)}</td><td class="${answer}">${ANSWERS[answer]}</td><td class="n">${percentText(shares.breaks + shares.absent)}</td><td>${methods.map((method) => `<code>${escapedHtml(method)}</code>`).join(", ")}</td></tr>`;
}
