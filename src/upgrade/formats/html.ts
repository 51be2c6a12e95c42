import { escapedHtml, plainPage } from "../../page.ts";
import type { Upgrade } from "../../config/upgrade.ts";
import type { Step } from "../steps/steps.ts";

/** The checklist as one page without scripts: for a wall, a wiki, a ticket. Every value is escaped. */
export function statusPage(upgrade: Upgrade, steps: readonly Step[], now: Date): string {
  const settled = steps.filter(({ state }) => state === "done" || state === "waived").length;
  const title = `${upgrade.client} ${upgrade.from} to ${upgrade.to}, ${upgrade.network}`;
  return plainPage({
    title,
    style: `:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a4150); --quiet: light-dark(#556070, #a5afbf);
  --done: light-dark(#1a6b3a, #6fd39a); --blocked: light-dark(#a3241f, #ff9d94); --open: light-dark(#7a5600, #e7c36a); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
ol { list-style: none; padding: 0; }
li { border-top: 1px solid var(--line); padding: .6rem 0; display: grid; grid-template-columns: 6rem 1fr; gap: .2rem 1rem; }
.state { font-weight: 600; } .done .state, .waived .state { color: var(--done); }
.blocked .state { color: var(--blocked); } .open .state { color: var(--open); }
h2 { font-size: 1rem; margin: 0; } p { margin: 0; grid-column: 2; } .quiet { color: var(--quiet); }
code { overflow-wrap: anywhere; }
@media (max-width: 32rem) { li { grid-template-columns: 1fr; } p { grid-column: 1; } }`,
    main: `<h1>${escapedHtml(title)}</h1>
<p>${settled} of ${steps.length} steps done. Made ${escapedHtml(now.toISOString().slice(0, 16).replace("T", " "))} UTC.</p>
<ol>
${steps.map(stepItem).join("\n")}
</ol>`,
  });
}

function stepItem({ number, title, state, why, at, by, file, next }: Step): string {
  const facts = [
    ...(at === null ? [] : [`${at.slice(0, 16).replace("T", " ")} UTC`]),
    ...(by === null ? [] : [`signed by ${by}`]),
    ...(file === null ? [] : [file]),
  ];
  return `<li class="${state}"><span class="state">${state}</span><h2>${number}. ${escapedHtml(title)}</h2>
<p>${escapedHtml(why)}</p>${facts.length === 0 ? "" : `<p class="quiet">${escapedHtml(facts.join(", "))}</p>`}${
    next === null ? "" : `<p class="quiet">Next: <code>${escapedHtml(next)}</code></p>`
  }</li>`;
}
