import { request } from "undici";
import { z } from "zod";
import { messageOf } from "../errors.ts";

const answer = z.looseObject({
  verdict: z.looseObject({
    verdict: z.enum(["pass", "fail", "inconclusive"]),
    reasons: z.array(z.looseObject({ text: z.string() })).default([]),
  }),
});

export interface LiveVerdict {
  readonly verdict: "pass" | "fail" | "inconclusive" | "blind";
  readonly reason: string;
}

/** A verdict is at hand within milliseconds: what takes longer is no sight of it. */
const TIMEOUT_MS = 5_000;

/** The live verdict of `shadow` or `serve`. Anything that is not one, a login page with 200 too, is no sight. */
export async function askVerdict(url: string, token: string | undefined): Promise<LiveVerdict> {
  try {
    const { statusCode, body } = await request(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await body.text();
    if (statusCode !== 200)
      return { verdict: "blind", reason: `the verdict's address answers ${statusCode}` };
    const parsed = answer.safeParse(JSON.parse(text));
    if (!parsed.success)
      return { verdict: "blind", reason: "the verdict's address answers no verdict" };
    const { verdict, reasons } = parsed.data.verdict;
    return { verdict, reason: reasons[0]?.text ?? "" };
  } catch (error) {
    const reason = error instanceof SyntaxError ? "what it answers is not JSON" : messageOf(error);
    return { verdict: "blind", reason: `the verdict can't be asked for: ${reason}` };
  }
}
