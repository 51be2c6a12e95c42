import { z } from "zod";
import { duration, inputPath, nodeUrl, share, size } from "../../config/fields.ts";
import { REPLAY_DEFAULTS, type ReplayOptions } from "./options.ts";
import { headersOf, targetOf } from "./targets.ts";
import type { Target, Side } from "../../model/target.ts";

/** The options that name both sides: `check` and `replay` share them. */
export const targetFields = {
  old: z.array(nodeUrl()).min(1).describe("a node of the version in service; repeat for several"),
  candidate: z.array(nodeUrl()).min(1).describe("a node of the new version; repeat for several"),
  oldWs: z
    .array(nodeUrl())
    .default([])
    .describe("WebSocket URL of each --old, where it is not the same address"),
  candidateWs: z.array(nodeUrl()).default([]).describe("the same for each --candidate"),
  oldHeaders: z
    .string()
    .optional()
    .describe("extra headers for old, `Name: value` lines; best given as SHADOWDIFF_OLD_HEADERS"),
  candidateHeaders: z.string().optional().describe("the same for candidate"),
  allowBalanced: z
    .boolean()
    .default(false)
    .describe("a URL may stand for several nodes; findings may then mix what they say"),
  chain: z
    .enum(["ethereum", "bitcoin", "solana", "stacks", "other"])
    .optional()
    .describe("the nodes' chain (default: as the calls and the nodes tell)"),
  timeout: duration({ leastMs: 1 })
    .default(REPLAY_DEFAULTS.timeoutMs)
    .describe("wait this long for an answer; then once more, alone, three times as long"),
};

/** The options that shape a replay. */
export const replayFields = {
  ...targetFields,
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(REPLAY_DEFAULTS.concurrency)
    .describe("exchanges under way at once"),
  rate: z
    .number()
    .positive()
    .optional()
    .describe("exchanges started a second, whatever the nodes take"),
  speed: z.number().positive().optional().describe("times the recorded pace; 1 is as recorded"),
  confirm: z
    .number()
    .int()
    .min(0)
    .max(50)
    .default(REPLAY_DEFAULTS.confirm)
    .describe("how often a mismatch is asked again on both sides; heavy methods once"),
  pin: z
    .union([
      z.number().int().min(0),
      z.string().regex(/^(?:auto|none|\d+)$/, "expected auto, none or a block number"),
    ])
    .default(REPLAY_DEFAULTS.pin)
    .describe("what latest, safe and finalized become: auto, a block number, or none"),
  rebase: z
    .boolean()
    .default(REPLAY_DEFAULTS.rebase)
    .describe("move block numbers near the recorded head to the same distance from the pin"),
  maxSendsPerCall: z
    .number()
    .int()
    .min(3)
    .default(REPLAY_DEFAULTS.maxSendsPerCall)
    .describe("requests that one call may cost at most, both sides together"),
  include: z.array(z.string()).default([]).describe("only these methods; * stands for anything"),
  exclude: z.array(z.string()).default([]).describe("not these methods"),
  allowMethod: z
    .array(z.string())
    .default([])
    .describe("send this method although it is not known to be harmless"),
  limit: z.number().int().min(1).optional().describe("exchanges to replay at most"),
  maxFailures: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("end the run after this many requests without an answer"),
  maxFailureRate: share()
    .default(REPLAY_DEFAULTS.maxFailureRate)
    .describe("share of requests without an answer that pauses, then ends, the run"),
  maxSlowdown: z
    .number()
    .min(1)
    .default(REPLAY_DEFAULTS.maxSlowdown)
    .describe("how many times slower old may get before the run pauses, then ends"),
  maxLag: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "blocks by which a side may stay behind; one that comes no nearer ends the run (default: 64, for bitcoin 6, solana 128)",
    ),
  seed: z
    .number()
    .int()
    .default(REPLAY_DEFAULTS.seed)
    .describe("shuffles which side is asked first"),
  maxBody: size()
    .default(REPLAY_DEFAULTS.maxBodyBytes)
    .describe("longest answer that is read, as it comes and decoded"),
  warmUp: z
    .number()
    .int()
    .min(0)
    .default(REPLAY_DEFAULTS.warmUp)
    .describe("requests to each target before the first that counts"),
  subscriptionBlocks: z
    .number()
    .int()
    .min(0)
    .default(REPLAY_DEFAULTS.subscriptionBlocks)
    .describe("blocks for which recorded subscriptions are opened live on both sides; 0 for none"),
  probeSend: z
    .boolean()
    .default(REPLAY_DEFAULTS.probeSend)
    .describe(
      "both targets are isolated: send them malformed, wrong-chain and mined transactions and compare how they refuse",
    ),
  network: z
    .union([z.string().min(1), z.int().min(0)])
    .transform(String)
    .optional()
    .describe("chain id of the recorded traffic, where the recording does not say it"),
  openApi: inputPath("file")
    .optional()
    .describe("OpenAPI file that names the routes of a REST API"),
};

const targetSchema = z.object(targetFields);
const replaySchema = z.object(replayFields);

/** Both sides as targets. Throws a usage error for a URL that can't be one. */
export function sidesOf(given: z.infer<typeof targetSchema>): {
  old: readonly Target[];
  candidate: readonly Target[];
} {
  return {
    old: targetsOf("old", given.old, given.oldWs, given.oldHeaders),
    candidate: targetsOf("candidate", given.candidate, given.candidateWs, given.candidateHeaders),
  };
}

function targetsOf(
  side: Side,
  urls: readonly string[],
  sockets: readonly string[],
  headers: string | undefined,
): Target[] {
  return urls.map((url, index) => targetOf(side, index, url, headersOf(headers), sockets[index]));
}

/** Parsed options as the replay takes them. */
export function optionsOf(given: z.infer<typeof replaySchema>): ReplayOptions {
  return {
    ...sidesOf(given),
    concurrency: given.concurrency,
    ratePerSecond: given.rate ?? null,
    speed: given.speed ?? null,
    timeoutMs: given.timeout,
    confirm: given.confirm,
    pin: given.pin === "auto" || given.pin === "none" ? given.pin : Number(given.pin),
    rebase: given.rebase,
    maxSendsPerCall: given.maxSendsPerCall,
    include: given.include,
    exclude: given.exclude,
    allowMethods: given.allowMethod,
    limit: given.limit ?? null,
    maxFailures: given.maxFailures ?? null,
    maxFailureRate: given.maxFailureRate,
    maxSlowdown: given.maxSlowdown,
    maxLag: given.maxLag ?? null,
    chain: given.chain ?? null,
    seed: given.seed,
    maxBodyBytes: given.maxBody,
    warmUp: given.warmUp,
    subscriptionBlocks: given.subscriptionBlocks,
    probeSend: given.probeSend,
    openApi: given.openApi ?? null,
    network: given.network ?? null,
  };
}
