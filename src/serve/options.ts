import { z } from "zod";
import { duration } from "../config/fields.ts";
import { usageError } from "../errors.ts";
import { parseListen, type Listen } from "../record/path/listening.ts";
import type { AlertTargets } from "./alerts/send.ts";
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

/** Whom to tell of a new breaking finding, a verdict that turned, a candidate that is gone or behind. */
export const alertFields = {
  alertSlack: z
    .string()
    .optional()
    .describe("incoming webhook of Slack; a secret, best given as SHADOWDIFF_ALERT_SLACK"),
  alertWebhook: z
    .string()
    .optional()
    .describe("URL that is sent alerts, signed where SHADOWDIFF_NOTICE_SECRET is set"),
  alertQuiet: duration()
    .default(900_000)
    .describe("what turns back and forth is not told again within this time"),
};

const alertSchema = z.object(alertFields);
const ALERT_EVERY_MS = 5_000;

/** The alerts as they are asked for, or null for none. Throws a usage error for a URL that can't be one. */
export function alertsFor(
  given: z.infer<typeof alertSchema>,
  secret: string | undefined,
  note: (text: string) => void,
): {
  readonly targets: AlertTargets;
  readonly quietMs: number;
  readonly everyMs: number;
  readonly note: (text: string) => void;
} | null {
  const { alertSlack, alertWebhook, alertQuiet } = given;
  if (alertSlack === undefined && alertWebhook === undefined) return null;
  for (const [flag, url] of [
    ["--alert-slack", alertSlack],
    ["--alert-webhook", alertWebhook],
  ] as const) {
    const protocol = url === undefined ? "https:" : URL.parse(url)?.protocol;
    if (protocol !== "https:" && protocol !== "http:")
      throw usageError(`${flag} is no http or https URL.`);
  }
  return {
    targets: {
      slack: alertSlack ?? null,
      webhook: alertWebhook ?? null,
      secret: secret === undefined || secret === "" ? null : secret,
    },
    quietMs: alertQuiet,
    everyMs: ALERT_EVERY_MS,
    note,
  };
}

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
