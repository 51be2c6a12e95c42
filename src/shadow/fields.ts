import { z } from "zod";
import { duration, inputPath, nodeUrl, share, size } from "../config/fields.ts";
import { usageError } from "../errors.ts";
import { headersOf, targetOf } from "../replay/given/targets.ts";
import { SHADOW_DEFAULTS, type ShadowOptions } from "./options.ts";

const count = () => z.coerce.number().int().min(1);

/** The options of `shadow` that say what is asked of whom, how often and how much may wait. */
export const shadowFields = {
  target: nodeUrl().describe("the node in service (old): clients are passed on to it"),
  candidate: z
    .array(nodeUrl())
    .min(1)
    .describe("a node of the new version; repeat for several, a verdict each"),
  candidateWs: z
    .array(nodeUrl())
    .default([])
    .describe("WebSocket URL of each --candidate, where it is not the same address"),
  targetWs: nodeUrl().optional().describe("the same for --target"),
  oldHeaders: z
    .string()
    .optional()
    .describe(
      "headers of our own questions to old, `Name: value` lines; best given as SHADOWDIFF_OLD_HEADERS",
    ),
  candidateHeaders: z
    .string()
    .optional()
    .describe("the candidate's own credentials; clients' are never sent there"),
  sample: share()
    .default(SHADOW_DEFAULTS.sample)
    .describe("share that is also asked of the candidate: 5%"),
  sampleBy: z
    .enum(["call", "customer"])
    .default(SHADOW_DEFAULTS.sampleBy)
    .describe("of calls, or all calls of that share of the customers"),
  concurrency: count()
    .default(SHADOW_DEFAULTS.concurrency)
    .describe("requests under way at each candidate"),
  rate: z.coerce.number().positive().optional().describe("requests a second at each candidate"),
  timeout: duration()
    .default(SHADOW_DEFAULTS.timeoutMs)
    .describe("how long the candidate is waited for"),
  extraLoad: share()
    .default(SHADOW_DEFAULTS.extraLoad)
    .describe("share of old's live requests that may be added to settle what differs"),
  confirm: z.coerce
    .number()
    .int()
    .min(0)
    .max(50)
    .default(SHADOW_DEFAULTS.confirm)
    .describe("how often what differs is asked again on both sides; heavy methods once"),
  queueItems: count()
    .default(SHADOW_DEFAULTS.queue.items)
    .describe("calls that may wait for the candidate"),
  queueBytes: size()
    .default(SHADOW_DEFAULTS.queue.bytes)
    .describe("bytes that may wait for the candidate"),
  queueAge: duration()
    .default(SHADOW_DEFAULTS.queue.ageMs)
    .describe("a call that waited longer proves nothing any more, and is dropped"),
  include: z.array(z.string()).default([]).describe("only these methods; * stands for anything"),
  exclude: z.array(z.string()).default([]).describe("not these methods"),
  allowMethod: z
    .array(z.string())
    .default([])
    .describe("ask this method although it is not known to be harmless"),
  maxBody: size().default(SHADOW_DEFAULTS.maxBodyBytes).describe("longer answers are not compared"),
  chain: z
    .enum(["ethereum", "bitcoin", "solana", "stacks", "other"])
    .optional()
    .describe("the nodes' chain (default: as the nodes tell)"),
  openApi: inputPath("file")
    .optional()
    .describe("OpenAPI file that names the routes of a REST API"),
};

const schema = z.object(shadowFields);

/** Parsed options as the comparer takes them. Throws usage errors for URLs that can't be targets. */
export function shadowOptionsOf(given: z.infer<typeof schema>, mirrored: boolean): ShadowOptions {
  const candidateHeaders = headersOf(given.candidateHeaders);
  const twice = given.candidate.find((url, index) => given.candidate.indexOf(url) < index);
  if (twice !== undefined) throw usageError("--candidate: one URL was given twice.");
  return {
    old: targetOf("old", 0, given.target, headersOf(given.oldHeaders), given.targetWs),
    candidates: given.candidate.map((url, index) =>
      targetOf("candidate", index, url, candidateHeaders, given.candidateWs[index]),
    ),
    chain: given.chain ?? null,
    mirrored,
    sample: given.sample,
    sampleBy: given.sampleBy,
    concurrency: given.concurrency,
    ratePerSecond: given.rate ?? null,
    timeoutMs: given.timeout,
    queue: { items: given.queueItems, bytes: given.queueBytes, ageMs: given.queueAge },
    extraLoad: given.extraLoad,
    confirm: given.confirm,
    include: given.include,
    exclude: given.exclude,
    allowMethods: given.allowMethod,
    maxBodyBytes: given.maxBody,
    openApi: given.openApi ?? null,
  };
}
