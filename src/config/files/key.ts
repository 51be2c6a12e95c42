import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf, usageError } from "../../errors.ts";
import { tokeniser } from "../../redact/tokens.ts";
import type { Tokeniser } from "../../redact/tokens.ts";
import { makeFolder } from "../../make-folder.ts";

/** Characters: of random hex these are 64 bits, as many as a token has itself. */
const SHORTEST_KEY = 16;

/**
 * The key that makes tokens: SHADOWDIFF_KEY (any text of 16 characters or more, shared by a fleet's recorders), or a file in
 * the user's configuration directory, made on first use. Never kept with a recording: who has both can test guesses.
 */
export function loadKey(env: Readonly<Record<string, string | undefined>>): Buffer {
  const given = env["SHADOWDIFF_KEY"];
  if (given !== undefined && given !== "") {
    if (given.length < SHORTEST_KEY) {
      throw usageError(`SHADOWDIFF_KEY is too short: ${given.length} characters`, {
        details: [`Give at least ${SHORTEST_KEY}, for example from \`openssl rand -hex 32\`.`],
      });
    }
    return Buffer.from(given);
  }
  const path = keyPath(env);
  try {
    makeFolder(dirname(path), 0o700);
    // `wx`: two recorders that start at once must end up with the same key.
    writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    if (!isExists(cause)) {
      throw usageError(`Cannot keep a key at ${path}`, {
        cause,
        details: [messageOf(cause), "Set SHADOWDIFF_KEY instead."],
      });
    }
  }
  const text = readFileSync(path, "utf8").trim();
  if (text.length < SHORTEST_KEY) {
    throw usageError(`The key file ${path} holds no key`, {
      details: ["Remove it, or set SHADOWDIFF_KEY."],
    });
  }
  return Buffer.from(text);
}

/** Where the key is kept without SHADOWDIFF_KEY. */
export function keyPath(env: Readonly<Record<string, string | undefined>>): string {
  const home = env["HOME"] ?? homedir();
  const configuration = env["XDG_CONFIG_HOME"] ?? join(home, ".config");
  return join(configuration, "shadowdiff", "recording.key");
}

/** A tokeniser that loads its key when the first token is made, so that keyless imports leave no key behind. */
export function lazyTokeniser(
  env: Readonly<Record<string, string | undefined>>,
): Tokeniser & { readonly used: () => boolean } {
  let loaded: Tokeniser | undefined;
  const load = (): Tokeniser => (loaded ??= tokeniser(loadKey(env)));
  return {
    get keyId() {
      return load().keyId;
    },
    token: (prefix, secret) => load().token(prefix, secret),
    digest: (bytes) => load().digest(bytes),
    used: () => loaded !== undefined,
  };
}

function isExists(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
