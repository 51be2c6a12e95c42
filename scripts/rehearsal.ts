import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { wrapped } from "../src/cli/command-lines.ts";
import { rehearse } from "../test/rehearsal/rehearsal.ts";

/** `npm run rehearsal`: the whole playbook on this machine; needs Debian's haproxy. */
const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-rehearsal-"));
const began = Date.now();
const { states, journal, requests, failed, wrong, mails, slack } = await rehearse({
  folder,
  say: (line) => console.log(line),
  calls: 600,
});
for (const { what, weight, by, why } of journal)
  console.log(
    wrapped(`${what.padEnd(9)}${String(weight).padStart(4)} %  ${by}: ${why}`, "", " ".repeat(17)),
  );
console.log(
  wrapped(
    `\n${states.filter((state) => state === "done" || state === "waived").length} of ${states.length} steps done; ${requests} requests during the shifts, ${failed} failed, ${wrong} wrong answers before the roll-back; ${mails} mails, ${slack} Slack messages; ${Math.round((Date.now() - began) / 1_000)} s. Kept in ${folder}`,
  ),
);
