import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { inputPath, nodeUrl } from "../../config/fields.ts";
import { EXIT, runFailure, usageError } from "../../errors.ts";
import { openSampleTexts } from "../../runs/texts.ts";
import { answered, readRequest } from "../../stages/ask.ts";
import { judgeRuns, type JudgedOutcome } from "../../stages/judge-runs.ts";
import { askText, type Known } from "../ask-text.ts";
import { defineCommand, type CommandContext } from "../define.ts";
import { collector } from "../collector.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "ask",
  positionals: "<request>",
  summary: "is it the upgrade? one request, asked of both versions",
  options: z.object({
    request: z
      .string()
      .min(1)
      .describe("a curl line, a JSON-RPC request or batch, or a file with either; in quotes"),
    old: z.array(nodeUrl()).min(1).describe("a node of the version in service"),
    candidate: z.array(nodeUrl()).min(1).describe("a node of the new version"),
    times: z.coerce
      .number()
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe("how often it is asked; what differs is asked five times more"),
    run: inputPath("folder")
      .optional()
      .describe("a run of all traffic: says whether it was seen there, and of whom"),
    spec: z
      .string()
      .min(1)
      .optional()
      .describe("OpenRPC document, a file or URL: who departs from it"),
    ...jsonField,
  }),
  examples: [
    [
      `shadowdiff ask '{"method": "eth_gasPrice"}' --old http://127.0.0.1:8545 --candidate http://127.0.0.1:8645`,
      "one call as JSON",
    ],
    [
      "shadowdiff ask ticket-4711.sh --old http://127.0.0.1:8545 --candidate http://127.0.0.1:8645 --run reports/geth-1.17",
      "the curl line of a customer's ticket; is it known?",
    ],
  ],
  async run(options, context) {
    const { cwd, file, filePath, now } = context;
    const { name, text } = readRequest(
      options.request,
      path.resolve(cwd, options.request),
      options.times,
    );
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-ask-"));
    try {
      writeFileSync(path.join(folder, name), text, { mode: 0o600 });
      const run = path.join(folder, "run");
      const step = stepper(context);
      const recording = path.join(folder, "request.sqlite");
      await step(["import", path.join(folder, name), "--out", recording]);
      const sides = [
        ...options.old.flatMap((url) => ["--old", url]),
        ...options.candidate.flatMap((url) => ["--candidate", url]),
      ];
      const checked = await step(["check", ...sides, "--json"]);
      const { network } = JSON.parse(checked) as { network: { chainId: string } };
      const spec = options.spec === undefined ? [] : ["--spec", options.spec];
      await step([
        "replay",
        recording,
        ...sides,
        "--network",
        network.chainId,
        "--out",
        run,
        ...spec,
      ]);
      const judging = { since: null, settings: file, settingsPath: filePath, cwd, now: now() };
      const { judged } = judgeRuns({ ...judging, runs: [run], accepted: undefined });
      const everywhere =
        options.run === undefined
          ? null
          : judgeRuns({ ...judging, runs: [options.run], accepted: undefined });
      const known = knownOf({ judged }, everywhere, options.run ?? null);
      const state = answered(judged, options.times);
      const texts = openSampleTexts(run);
      try {
        await printResult(
          context,
          options.json,
          {
            answer: state,
            counts: judged.facts.counts,
            notCompared: judged.facts.notCompared.map(({ method, reason }) => ({ method, reason })),
            findings: known.map(({ finding, there }) => findingJson(finding, there)),
          },
          askText(state, judged, known, (pairId) => texts.read([pairId]).get(pairId)),
        );
      } finally {
        texts.close();
      }
      return state === "same" || state === "differs" ? EXIT.ok : EXIT.inconclusive;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

type FindingOf = JudgedOutcome["judged"]["findings"][number];

function knownOf(
  { judged }: Pick<JudgedOutcome, "judged">,
  everywhere: JudgedOutcome | null,
  run: string | null,
): Known[] {
  const there = new Map(
    everywhere?.judged.findings.map((finding) => [finding.fingerprint, finding]),
  );
  return judged.findings
    .filter(({ kind, severity }) => severity !== "noise" && !kind.endsWith("-regression"))
    .map((finding) => ({ finding, run, there: there.get(finding.fingerprint) ?? null }));
}

function findingJson(finding: FindingOf, there: FindingOf | null): object {
  const { fingerprint, kind, severity, confidence, method, path: place, title, samples } = finding;
  const { proof, conformance } = finding;
  const [sample] = samples;
  return {
    fingerprint,
    kind,
    severity,
    confidence,
    method,
    path: place,
    title,
    old: sample?.old,
    candidate: sample?.candidate,
    ...(proof === undefined ? {} : { proof }),
    ...(conformance === undefined ? {} : { conformance: conformance.standing }),
    seen:
      there === null
        ? null
        : { calls: there.calls, customers: there.facts.customers.length, status: there.status },
  };
}

/** Runs a step as if it had been typed; gives back what it printed. What it says of a failure becomes the error. */
function stepper({ invoke, env }: CommandContext): (words: readonly string[]) => Promise<string> {
  // This command's own variables are not its steps'.
  const own = ["RUN", "REQUEST", "TIMES", "JSON", "SPEC"].map((name) => `SHADOWDIFF_${name}`);
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name)));
  return async (words) => {
    const stdout = collector();
    const stderr = collector();
    const code = await invoke(words, { stdout, stderr, env: rest });
    if (code === EXIT.ok) return stdout.text();
    const [first = `${words[0]} failed.`, ...details] = stderr.text().trim().split("\n");
    const make = code === EXIT.usage ? usageError : runFailure;
    throw make(first, { details: details.slice(0, 6).map((line) => line.trim()) });
  };
}
