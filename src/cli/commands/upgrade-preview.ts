import path from "node:path";
import { z } from "zod";
import { nodeUrl } from "../../config/fields.ts";
import { EXIT } from "../../errors.ts";
import { tryPreview, writePreview } from "../../stages/upgrade-files.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

const address = z.string().regex(/^[^\s:]+:\d+$/, "expected HOST:PORT");

export const command = defineCommand({
  name: "upgrade preview",
  positionals: "<folder>",
  summary: "let customers try the new version: configurations, and a test of the address",
  options: z.object({
    folder: z.string().describe("the upgrade's folder"),
    old: address.default("127.0.0.1:18545").describe("HOST:PORT of old"),
    candidate: address.default("127.0.0.1:28545").describe("HOST:PORT of the candidate"),
    host: z
      .string()
      .default("preview.example.com")
      .describe("host name that leads to the candidate"),
    path: z
      .string()
      .regex(/^\/[\w/-]+$/, "expected a path such as /candidate")
      .default("/candidate")
      .describe("path that leads to the candidate"),
    header: z
      .string()
      .regex(/^[A-Za-z][\w-]*$/, "expected a header's name")
      .default("x-node-version")
      .describe("header that leads to the candidate, with the value `candidate`"),
    try: nodeUrl().optional().describe("ask this address what it runs, and keep that as evidence"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff upgrade preview upgrades/geth-1.17.0 --host preview.rpc.example.com",
      "for HAProxy, nginx and Envoy",
    ],
    [
      "shadowdiff upgrade preview upgrades/geth-1.17.0 --try https://preview.rpc.example.com",
      "does a customer get there?",
    ],
  ],
  async run(options, context) {
    const folder = path.resolve(context.cwd, options.folder);
    if (options.try !== undefined) {
      const tried = await tryPreview(folder, options.try, context.now(), context.signal);
      await printResult(
        context,
        options.json,
        tried,
        `${tried.ok ? "Reached" : "Not reached"}: ${tried.what}\n`,
      );
      return tried.ok ? EXIT.ok : EXIT.gateFailed;
    }
    const files = writePreview(folder, options);
    const shown = files.map((file) => path.relative(context.cwd, file));
    await printResult(context, options.json, { files: shown }, `Made ${shown.join(", ")}\n`);
    suggest(context, [
      ["see that a customer gets there", ["upgrade", "preview", options.folder, "--try", "URL"]],
    ]);
    return EXIT.ok;
  },
});
