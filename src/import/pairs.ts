import { createHash } from "node:crypto";
import { z } from "zod";
import type { Headers } from "../model/exchange.ts";
import type { Outcome, OutcomeKind, Pair } from "../model/pair.ts";
import { eachMember, skipSpace, skipValue } from "../protocol/json-rpc/scan.ts";

const META = z.object({
  outcome: z.enum(["reply", "fault", "malformed", "timeout", "unreachable"]).optional(),
  status: z.number().int().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  ms: z.number().nonnegative().optional(),
});

const SIDES = ["old", "candidate", "control", "recorded"] as const;

/** Other members are allowed and ignored: pairs come out of other people's tools with labels of their own. */
const LINE = z.looseObject({
  request: z
    .unknown()
    .refine((request) => request !== undefined && request !== null, "request is missing"),
  name: z.string().optional(),
  customer: z.string().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  ...Object.fromEntries(
    SIDES.flatMap((side) => [
      [`${side}Text`, z.string().optional()],
      [`${side}Meta`, META.optional()],
    ]),
  ),
});

type Meta = z.infer<typeof META>;

/**
 * A line of a pairs file as a pair. `number` is the line's, and becomes the pair's id. Bodies are cut out of the line as
 * text: a number's digits must survive. Throws an Error that says what is wrong with the line.
 */
export function parsePairLine(line: string, number: number): Pair {
  const value: unknown = JSON.parse(line);
  const parsed = LINE.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join(".") || "line"}: ${issue?.message ?? "not a pair"}`);
  }
  const fields = parsed.data;
  const texts = memberTexts(line);
  const outcome = (side: (typeof SIDES)[number]): Outcome | null => {
    const text = (fields[`${side}Text`] as string | undefined) ?? texts.get(side);
    const meta = fields[`${side}Meta`] as Meta | undefined;
    return text === undefined && meta === undefined ? null : outcomeOf(text ?? null, meta ?? {});
  };
  const old = outcome("old");
  const candidate = outcome("candidate");
  if (old === null || candidate === null)
    throw new Error(`${old === null ? "old" : "candidate"} is missing`);
  const requestText =
    typeof fields["request"] === "string" ? fields["request"] : (texts.get("request") ?? "");
  const request = requestFacts(requestText);
  return {
    id: String(number),
    name: (fields["name"] as string | undefined) ?? null,
    ...request,
    customer: customerToken(fields["customer"] as string | undefined),
    client: null,
    at: fields["at"] === undefined ? null : Date.parse(fields["at"] as string),
    weight: 1,
    old,
    candidate,
    control: outcome("control"),
    recorded: outcome("recorded"),
  };
}

/** Texts of a line's own members, as they stand there; of a duplicate key the last, as JSON.parse has it. */
function memberTexts(line: string): Map<string, string> {
  const bytes = Buffer.from(line);
  const texts = new Map<string, string>();
  eachMember(bytes, skipSpace(bytes, 0), (keyStart, keyEnd, valueStart) => {
    texts.set(
      bytes.toString("utf8", keyStart, keyEnd),
      bytes.toString("utf8", valueStart, skipValue(bytes, valueStart)),
    );
    return false;
  });
  return texts;
}

/** A JSON-RPC call's text, or a REST request: `{"method": "GET", "path": "/v2/info"}` or `GET /v2/info`. */
function requestFacts(text: string): Pick<Pair, "protocol" | "method" | "request"> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  if (Array.isArray(value))
    return { protocol: "json-rpc", method: "(batch)", request: Buffer.from(text) };
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (typeof fields["path"] === "string") {
    const verb = typeof fields["method"] === "string" ? fields["method"].toUpperCase() : "GET";
    return {
      protocol: "rest",
      method: `${verb} ${fields["path"].split("?")[0]}`,
      request: Buffer.from(`${verb} ${fields["path"]}`),
    };
  }
  if (typeof fields["method"] === "string") {
    return { protocol: "json-rpc", method: fields["method"], request: Buffer.from(text) };
  }
  const rest = /^([A-Z]+) (\/\S*)/.exec(text);
  if (rest) {
    return {
      protocol: "rest",
      method: `${rest[1]} ${rest[2]!.split("?")[0]}`,
      request: Buffer.from(text),
    };
  }
  throw new Error("request is neither a JSON-RPC call nor a REST request");
}

function outcomeOf(text: string | null, meta: Meta): Outcome {
  return {
    kind: meta.outcome ?? kindOf(text, meta.status ?? null),
    status: meta.status ?? null,
    headers: lowerCased(meta.headers ?? {}),
    body: text === null ? null : Buffer.from(text),
    ms: meta.ms ?? null,
    target: 0,
  };
}

function kindOf(text: string | null, status: number | null): OutcomeKind {
  if (text === null) return "unreachable";
  return (status !== null && status >= 400) || /^\s*\{[^{}[\]]*"error"\s*:/.test(text)
    ? "fault"
    : "reply";
}

function lowerCased(headers: Record<string, string>): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** A customer's name that is no token yet is not kept: pairs files travel. */
function customerToken(customer: string | undefined): string | null {
  if (customer === undefined) return null;
  if (/^cus_[0-9a-f]{16}$/.test(customer)) return customer;
  return `cus_${createHash("sha256").update(customer).digest("hex").slice(0, 16)}`;
}
