import { z } from "zod";
import { parseListen, type Listen } from "../record/path/listening.ts";
import type { AgentPolicy } from "./agent-line.ts";

/** How HAProxy's agent-check is answered. */
export const agentFields = {
  agent: z.string().optional().describe("HOST:PORT for HAProxy's agent-check"),
  agentOnFail: z
    .enum(["down", "drain"])
    .default("down")
    .describe("down takes the server out at once; drain lets open sessions end"),
  agentOnInconclusive: z
    .enum(["hold", "drain"])
    .default("hold")
    .describe("hold keeps what was last decided; drain lets no new session in"),
  agentWeight: z
    .number()
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe("percent of the server's weight that pass sets (default: leaves the weight)"),
};

const schema = z.object(agentFields);

/** The agent as it is asked for, or null for none. Throws a usage error for an address that can't be one. */
export function agentOf(
  given: z.infer<typeof schema>,
): { readonly listen: Listen; readonly policy: AgentPolicy } | null {
  if (given.agent === undefined) return null;
  return {
    listen: parseListen(given.agent, "--agent"),
    policy: {
      onFail: given.agentOnFail,
      onInconclusive: given.agentOnInconclusive,
      weight: given.agentWeight ?? null,
    },
  };
}
