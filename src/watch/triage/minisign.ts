import { createHash, createPublicKey, verify } from "node:crypto";

/** DER head of an Ed25519 public key (RFC 8410): 32 bytes of key follow. */
const ED25519 = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Whether a minisign signature (https://jedisct1.github.io/minisign/) of `data` was made by one of `keys`, each a base64 line. The plain
 * form (`Ed`) and the hashed one (`ED`, BLAKE2b-512) are taken; the trusted comment is checked, too.
 */
export function isSignedBy(data: Buffer, signature: string, keys: readonly string[]): boolean {
  const lines = signature.split(/\r?\n/);
  const signed = Buffer.from(lines[1] ?? "", "base64");
  const trusted = /^trusted comment: (.*)$/.exec(lines[2] ?? "")?.[1];
  const whole = Buffer.from(lines[3] ?? "", "base64");
  if (signed.length !== 74 || trusted === undefined || whole.length !== 64) return false;
  const form = signed.toString("latin1", 0, 2);
  if (form !== "Ed" && form !== "ED") return false;
  const message = form === "ED" ? createHash("blake2b512").update(data).digest() : data;
  const bytes = signed.subarray(10);
  return keys.some((line) => {
    const key = Buffer.from(line, "base64");
    if (key.length !== 42 || !key.subarray(2, 10).equals(signed.subarray(2, 10))) return false;
    const publicKey = createPublicKey({
      key: Buffer.concat([ED25519, key.subarray(10)]),
      format: "der",
      type: "spki",
    });
    return (
      verify(null, message, publicKey, bytes) &&
      verify(null, Buffer.concat([bytes, Buffer.from(trusted)]), publicKey, whole)
    );
  });
}
