import { existsSync } from "node:fs";
import type { TokenOf } from "../config/customers.ts";
import { keyPath, lazyTokeniser } from "../record/key.ts";

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
