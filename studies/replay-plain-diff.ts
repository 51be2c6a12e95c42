import path from "node:path";
import { methodKnowledge } from "../src/chains/index.ts";
import { ETHEREUM_UNORDERED } from "../src/chains/ethereum/places.ts";
import { matchesMethod, matchesPath } from "../src/model/glob.ts";
import type { Finding, JudgedRun } from "../src/model/judged.ts";
import { isObject, type JsonObject, type JsonValue } from "../src/model/json.ts";
import { readSampleTexts } from "../src/runs/texts.ts";
import { plural } from "../src/words.ts";
import { callOfEach, mixedTraffic } from "./support/mixed-traffic.ts";
import { placesNow, plainDiff, type PlainDifference } from "./support/plain-diff.ts";
import { seeded } from "./support/random.ts";
import { openWorkshop, provenance, uncomparables, writeEvidence } from "./support/replaying.ts";

const CALLS = 10_000;
/** The plain diff asks one request after the other: this many are enough for each shape and each block. */
const DIFFED = 3_000;

/** Calls of every shape beside them, this often. */
const RARE_DRAWS = 5;

/** Kinds that say of a whole answer what a plain diff shows at many places. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  "result->error": ["result-to-error", "method-removed", "limit-changed", "null-to-error"],
  "error->result": ["error-to-result", "method-added", "error-to-null"],
};

/** How a difference of the plain diff is told by the run: by a finding, by a name, or not at all. */
function toldBy(
  difference: PlainDifference,
  { findings, dismissed, facts }: JudgedRun,
): string | null {
  const { method, place } = difference;
  const own = findings.filter((finding) => finding.method === method);
  const at = own.filter((finding) => covers(finding, place));
  const [finding] = at;
  if (finding !== undefined) return `${finding.kind} ${finding.path} (${finding.severity})`;
  const noise = dismissed.find((one) => one.method === method && one.path === place);
  if (noise !== undefined) return `dismissed: ${noise.reason}`;
  const drift = methodKnowledge("ethereum", method).drifts.find((row) =>
    matchesPath(row.path, place),
  );
  if (drift !== undefined) return `drifts: ${drift.why}`;
  const isSet = ETHEREUM_UNORDERED.some(
    (row) => matchesMethod(row.methods, method) && matchesPath(`${row.path}/*`, place),
  );
  if (isSet) return "a set: its order means nothing";
  if (difference.example.includes('"pending"')) return "asked by shape: pending";
  if (method === "debug_printBlock") return "a dump of memory: its addresses, caches and clock";
  const skipped = facts.notCompared.filter((row) => row.method === method);
  const [reason] = skipped;
  return reason !== undefined ? `${reason.state}: ${reason.reason}` : null;
}

function covers({ kind, path }: Finding, place: string): boolean {
  if (WHOLE[place]?.includes(kind) === true) return true;
  // A list that differs by its items shows at each member; an object that is gone shows at its members.
  return (
    place === path ||
    place.startsWith(`${path}/`) ||
    path.startsWith(`${place}/`) ||
    (place.endsWith("/*") && path === place.slice(0, -2))
  );
}

interface Checked {
  readonly finding: Finding;
  /** Samples whose own request, sent to both nodes by itself, shows the difference at the finding's place. */
  readonly shown: number;
  readonly asked: number;
}

/** Sends each finding's sample requests to both nodes once more, outside the replay, and compares them plainly. */
async function checked(
  folder: string,
  { findings }: JudgedRun,
  [old, candidate]: readonly [string, string],
): Promise<Checked[]> {
  const rows: Checked[] = [];
  for (const finding of findings) {
    const texts = readSampleTexts(
      folder,
      finding.samples.map(({ pairId }) => pairId),
    );
    let shown = 0;
    for (const { request } of texts.values()) {
      const { places } = await placesNow(old, candidate, JSON.parse(request) as JsonValue);
      if (places.some((place) => covers(finding, place))) shown++;
    }
    rows.push({ finding, shown, asked: texts.size });
  }
  return rows;
}

export const study = {
  name: "replay-plain-diff",
  summary:
    "10,000 mixed calls to real nodes, held against a diff of its own: args are the old URL, the candidate URL and a name for the evidence",
  async run([old = "", candidate = "", name = "plain-diff"]: readonly string[]): Promise<void> {
    const workshop = openWorkshop();
    try {
      const random = seeded(20_261_125);
      const mixed = await mixedTraffic(old, CALLS, random);
      const rare: JsonValue[] = [];
      for (let draw = 0; draw < RARE_DRAWS; draw++) rare.push(...(await callOfEach(old, random)));
      const traffic = [...mixed, ...rare];
      const calls = traffic
        .flatMap((request) => (Array.isArray(request) ? request : [request]))
        .flatMap((call) => (isObject(call) ? [call] : []));
      const recording = await workshop.record("mixed", traffic as JsonObject[]);
      const startedAt = performance.now();
      const run = await workshop.replay("mixed", [
        recording,
        "--old",
        old,
        "--candidate",
        candidate,
      ]);
      const tookMs = performance.now() - startedAt;
      const itself = await workshop.replay("itself", [recording, "--old", old, "--candidate", old]);
      const asked = calls.filter((_, index) => index % Math.floor(calls.length / DIFFED) === 0);
      const plain = await plainDiff(old, candidate, asked);
      const rows = plain.differences.map((difference) => ({
        difference,
        told: toldBy(difference, run),
      }));
      const truth = await checked(path.join(workshop.folder, "mixed"), run, [old, candidate]);
      const untrue = truth.filter(({ shown, asked: of }) => of > 0 && shown === 0);
      const missed = rows.filter(({ told }) => told === null);
      const { header, counts, complete } = run.facts;
      writeEvidence(name, [
        `# ${header.old[0]?.clientVersion ?? "?"} against ${header.candidate[0]?.clientVersion ?? "?"}, beside a plain diff`,
        "",
        provenance(`npm run study -- replay-plain-diff OLD CANDIDATE ${name}`),
        "",
        `${plural(calls.length, "call")} in ${plural(traffic.length, "exchange")}, light ones first and traces after them, batches among both, about the execution-apis test chain (CC0).`,
        "",
        `- the replay came to its end: **${complete}**, in ${Math.round(tookMs / 1_000)} s; same ${counts.same}, different ${counts.different}, skipped ${counts.skipped}, uncomparable ${uncomparables(run)}`,
        `- findings: ${run.findings.length}, of them breaking ${run.findings.filter(({ severity }) => severity === "breaking").length}`,
        `- old against itself: ${itself.findings.length} findings${itself.findings.map(({ kind, method, path }) => `; ${kind} ${method} ${path}`).join("")}`,
        `- a plain diff of ${plain.asked} of the calls, each asked by itself: ${rows.length} places that differ, of which the run tells ${rows.length - missed.length} and **misses ${missed.length}**; old did not repeat itself in ${[...plain.noisy].map(([method, count]) => `${method} ${count}`).join(", ") || "none"}`,
        "",
        `- each finding's samples, sent to both nodes by themselves: **${truth.length - untrue.length} of ${truth.length}** findings show there${untrue.map(({ finding }) => `; not ${finding.kind} ${finding.method} ${finding.path} (${finding.confidence})`).join("")}`,
        "",
        "Missed:",
        "",
        ...(missed.length === 0
          ? ["none"]
          : missed.map(
              ({ difference }) =>
                `- ${difference.method} ${difference.place}, ${difference.calls} calls: \`${difference.example}\``,
            )),
        "",
        "| finding | severity | calls | confidence | samples that show it | known change |",
        "| --- | --- | --- | --- | --- | --- |",
        ...truth.map(
          ({ finding, shown, asked: of }) =>
            `| ${finding.kind} ${finding.method} ${finding.path} | ${finding.severity} | ${finding.calls} | ${finding.confidence} | ${shown} of ${of} | ${finding.knownChange?.source ?? "none"} |`,
        ),
        "",
        "| method | place | calls | told as |",
        "| --- | --- | --- | --- |",
        ...rows.map(
          ({ difference, told }) =>
            `| ${difference.method} | ${difference.place} | ${difference.calls} | ${told ?? "**missed**"} |`,
        ),
      ]);
      if (missed.length > 0 || !complete) process.exitCode = 1;
    } finally {
      workshop.close();
    }
  },
};
