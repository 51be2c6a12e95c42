import { z } from "zod";
import { usageError } from "../errors.ts";
import { duration } from "./fields.ts";

const address = z.string().min(1).describe("a socket's path, or HOST:PORT");

const haproxy = z.strictObject({
  kind: z.literal("haproxy"),
  socket: address.describe("HAProxy's runtime socket with level admin"),
  backend: z.string().min(1),
  old: z.array(z.string().min(1)).min(1).describe("server names of the old version"),
  candidate: z.array(z.string().min(1)).min(1).describe("server names of the new one"),
});

const agent = z.strictObject({
  kind: z.literal("agent"),
  candidate: z
    .string()
    .describe("HOST:PORT on which HAProxy's agent-check of the new servers is answered"),
  old: z.string().describe("HOST:PORT for the agent-check of the old servers"),
  socket: address.optional().describe("HAProxy's runtime socket: what is there is counted by it"),
  backend: z.string().optional(),
  servers: z.strictObject({ old: z.array(z.string()), candidate: z.array(z.string()) }).optional(),
});

const command = z.strictObject({
  kind: z.literal("command"),
  set: z
    .array(z.string())
    .min(1)
    .describe("program and arguments; the share in percent comes after them"),
  look: z
    .array(z.string())
    .min(1)
    .describe("prints JSON: {weight, old: {up, total, requests, errors}, candidate: {…}}"),
  timeout: duration().prefault("30s"),
});

/** `rollout.yaml`: how traffic is shifted. A person's file. */
export const rolloutSchema = z.strictObject({
  engine: z.discriminatedUnion("kind", [haproxy, agent, command]),
  verdict: z.url().describe("the live verdict: http://127.0.0.1:9191/v1/verdict?window=10m"),
  steps: z
    .array(
      z.strictObject({
        weight: z
          .number()
          .gt(0)
          .max(100)
          .describe("share of traffic on the new version, in percent"),
        for: duration().describe("how long it stays there before the next step"),
      }),
    )
    .min(1)
    .max(50)
    .refine(
      (steps) => steps.every(({ weight }, index) => weight > (steps[index - 1]?.weight ?? 0)),
      {
        error: "each step has a higher weight than the one before it",
      },
    )
    .refine((steps) => steps.at(-1)?.weight === 100, { error: "the last step is 100" }),
  onFail: z.enum(["back", "pause"]).default("back"),
  onInconclusive: z.enum(["hold", "back"]).default("hold"),
  onBlind: z
    .enum(["back", "hold"])
    .default("back")
    .describe("when neither verdict nor engine can be seen"),
  blindAfter: duration().prefault("1m"),
  every: duration().prefault("5s").describe("how often verdict and engine are looked at"),
  errorRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.005)
    .describe("by how much the new servers may err more often, as the engine counts"),
  hold: duration().prefault("48h").describe("how long it is watched after the last step"),
  drain: duration()
    .prefault("300ms")
    .describe("how long calls in flight may end at a roll-back before sessions are closed"),
});

export type RolloutPlan = z.output<typeof rolloutSchema>;
export type EngineSettings = RolloutPlan["engine"];

/** @throws usage error that names each field that can't be used */
export function parseRollout(document: unknown, place: string): RolloutPlan {
  const parsed = rolloutSchema.safeParse(document ?? {});
  if (parsed.success) return parsed.data;
  throw usageError(`${place} can't be used:`, {
    details: parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `${path.join(".")}: ${message}`),
  });
}
