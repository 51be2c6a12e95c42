import { rmSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { EXIT, usageError } from "../../errors.ts";
import { wantedFields, wantedOf } from "../../import/options.ts";
import type { ImportFacts } from "../../stages/import.ts";
import { importFiles } from "../../stages/import.ts";
import { conservationLine } from "../../recording/conservation.ts";
import { redactionFields, redactionRules } from "../../redact/options.ts";
import { defineCommand } from "../define.ts";
import { replayWords, suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { plural } from "../../words.ts";

/** Bad entries named one by one; the rest are counted. */
const NAMED = 20;

export const command = defineCommand({
  name: "import",
  positionals: "<files..>",
  summary: "turn HAR, .gor, .jsonl, .io, JSON or curl files into a recording",
  options: z.object({
    files: z
      .array(z.string())
      .min(1)
      .describe(
        ".har, .gor, .jsonl, .io, a JSON array of calls or curl commands (each also .gz), and folders",
      ),
    out: z.string().describe("the recording to make, such as recordings/NAME.sqlite"),
    strict: z
      .boolean()
      .default(false)
      .describe("stop at the first bad entry instead of counting it"),
    ...wantedFields,
    chainId: z.string().default("unknown").describe("chain id of the traffic, where you know it"),
    genesisHash: z.string().optional().describe("hash of its block 0"),
    ...redactionFields,
    ...jsonField,
  }),
  examples: [
    ["shadowdiff import calls.jsonl --out recordings/calls.sqlite", "one file"],
    [
      "shadowdiff import browser.har --host node.example --out recordings/browser.sqlite",
      "of a browser's archive, the calls of one node",
    ],
    [
      "shadowdiff import tests/ traffic.gor.gz --out recordings/all.sqlite",
      "folders and formats mixed",
    ],
  ],
  async run(options, context) {
    let bad = 0;
    const facts = await importFiles(
      options.files.map((file) => path.resolve(context.cwd, file)),
      {
        out: path.resolve(context.cwd, options.out),
        network: { chainId: options.chainId, genesisHash: options.genesisHash ?? null },
        rules: redactionRules(options),
        wanted: wantedOf(options),
        strict: options.strict,
        env: context.env,
        now: context.now(),
        signal: context.signal,
        onBad: ({ place, reason }) => {
          bad += 1;
          if (bad <= NAMED) context.stderr.write(`skipped: ${place}: ${reason}\n`);
        },
        onProgress: (count) => context.stderr.write(`${plural(count, "exchange")}\n`),
      },
    );
    if (bad > NAMED) context.stderr.write(`skipped: ${bad - NAMED} more entries\n`);
    if (facts.stored === 0) {
      rmSync(path.resolve(context.cwd, options.out), { force: true });
      throw usageError(`Nothing could be imported: ${conservationLine(facts)}.`, {
        details: [...whyNothing(facts, options.files), ...hostLines(facts)],
      });
    }
    const lines = [
      conservationLine(facts),
      ...unreplayableLines(facts),
      ...hostLines(facts),
      `Recording: ${options.out}`,
    ];
    await printResult(
      context,
      options.json,
      { recording: options.out, ...facts },
      `${lines.join("\n")}\n`,
    );
    suggest(context, [
      ["see what is in it", ["inspect", options.out]],
      ["send it to two nodes", replayWords(options.out)],
    ]);
    return EXIT.ok;
  },
});

/** `Can't be replayed: 3 of 5 (incomplete 2, redacted-body 1)`. */
function unreplayableLines({ stored, unreplayable }: ImportFacts): string[] {
  const reasons = Object.entries(unreplayable).sort(([, a], [, b]) => b - a);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  const why = reasons.map(([reason, count]) => `${reason} ${count}`).join(", ");
  return total === 0 ? [] : [`Can't be replayed: ${total} of ${stored} (${why})`];
}

/** Where something was left out, or more than one host was there: which ones. */
function hostLines({ hosts }: ImportFacts): string[] {
  if (hosts.length < 2 && hosts.every(({ leftOut }) => leftOut === 0)) return [];
  const named = [...hosts]
    .sort((a, b) => b.taken - a.taken || b.leftOut - a.leftOut)
    .slice(0, NAMED)
    .map(
      ({ host, taken, leftOut }) =>
        `${host} ${taken}${leftOut === 0 ? "" : ` (left out ${leftOut})`}`,
    );
  const more = hosts.length > NAMED ? `, and ${hosts.length - NAMED} more` : "";
  return [`Hosts: ${named.join(", ")}${more}`];
}

function whyNothing({ seen, dropped }: ImportFacts, files: readonly string[]): string[] {
  const hints = [
    seen === 0 && `There is nothing in ${files.join(", ")}.`,
    (dropped["not-traffic"] ?? 0) > 0 &&
      "What a page is made of (scripts, pictures, preflights) is no traffic to a node.",
    (dropped["bad-entry"] ?? 0) > 0 && "Each bad entry is named above with what is wrong with it.",
    (dropped["not-json-rpc"] ?? 0) > 0 && "Give --rest to take calls that are no JSON-RPC.",
    (dropped["other-host"] ?? 0) > 0 &&
      "No call was sent to the --host or --url that was asked for.",
  ];
  return [...hints.filter((hint) => hint !== false), "No recording was made."];
}
