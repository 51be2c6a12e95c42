import { existsSync } from "node:fs";
import type { TokenOf } from "../config/customers.ts";
import { usageError } from "../errors.ts";
import { keyPath, lazyTokeniser } from "../config/files/key.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Hashes API keys of a customers file with the recordings' key, from SHADOWDIFF_KEY or the recorder's key file; null where
 * there is neither: a key made now would match no recording.
 */
export function customerTokens(env: Environment): TokenOf | null {
  const given = env["SHADOWDIFF_KEY"] ?? "";
  if (given === "" && !existsSync(keyPath(env))) return null;
  const tokeniser = lazyTokeniser(env);
  return (secret) => tokeniser.token("cus", secret);
}

/** The team's secret that signs answer links and webhooks, or null where none is set. Throws a usage error for one that can be guessed. */
export function noticeSecret(env: Environment): string | null {
  const secret = env["SHADOWDIFF_NOTICE_SECRET"] ?? "";
  if (secret === "") return null;
  if (secret.length >= 16) return secret;
  throw usageError(`SHADOWDIFF_NOTICE_SECRET is too short: ${secret.length} characters`, {
    details: ["Give at least 16, for example from `openssl rand -hex 32`."],
  });
}
