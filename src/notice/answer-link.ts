import { createHmac, timingSafeEqual } from "node:crypto";
import { usageError } from "../errors.ts";

export type Answer = "ready" | "objects";

interface AnswerClaim {
  readonly upgrade: string;
  readonly account: string;
  readonly answer: Answer;
}

/** A secret for one use, made from the team's one secret, so that giving one away gives nothing else away. */
export function derivedSecret(secret: string, use: string): Buffer {
  return createHmac("sha256", secret).update(`shadowdiff\0${use}`).digest();
}

/**
 * A link to the team's own page that says who answers what, signed so that nobody can answer for another. Opening it must only
 * show the answer and a button: mail scanners open links too.
 */
function answerLink(page: string, secret: string, claim: AnswerClaim): string {
  const url = new URL(page);
  for (const [key, value] of Object.entries(claim)) url.searchParams.set(key, value);
  url.searchParams.set("signature", signature(secret, claim));
  return url.href;
}

/** Makes an account's links for one upgrade; gives null where the team has no page for answers or no secret to sign with. */
export function linkMaker(
  page: string | undefined,
  secret: string | null,
  upgrade: string,
): (account: string, answer: Answer) => string | null {
  return (account, answer) =>
    page === undefined || secret === null || secret === ""
      ? null
      : answerLink(page, secret, { upgrade, account, answer });
}

/** What a signed link says. Throws a usage error when the signature is not ours. */
export function readAnswerLink(link: string, secret: string): AnswerClaim {
  const query = URL.parse(link)?.searchParams;
  const answer = query?.get("answer");
  const claim = { upgrade: query?.get("upgrade") ?? "", account: query?.get("account") ?? "" };
  if (answer !== "ready" && answer !== "objects")
    throw usageError("This is no answer link: it names no answer.");
  const given = Buffer.from(query?.get("signature") ?? "");
  const expected = Buffer.from(signature(secret, { ...claim, answer }));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw usageError(
      "The signature of this answer link is not valid: it was changed, or made with another secret.",
    );
  }
  return { ...claim, answer };
}

function signature(secret: string, { upgrade, account, answer }: AnswerClaim): string {
  const claim = JSON.stringify([upgrade, account, answer]);
  return createHmac("sha256", derivedSecret(secret, "answer")).update(claim).digest("base64url");
}
