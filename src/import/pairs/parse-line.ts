import { z } from "zod";
import type { Outcome, Pair } from "../../model/pair.ts";
import { eventOf } from "../../classify/facts/answer.ts";
import type { Splits } from "../../classify/whole-batch.ts";
import { parsePlain } from "../../diff/parse.ts";
import { isObject } from "../../model/json.ts";
import type { Adapter, Asked, Split } from "../../protocol/adapter.ts";
import { CHAIN_NAMES } from "../../model/exchange.ts";
import type { Route } from "../../protocol/rest/routes.ts";
import { askedOf, memberTexts } from "./pair-request.ts";

const META = z.object({
  outcome: z.enum(["reply", "fault", "malformed", "timeout", "unreachable"]).optional(),
  status: z.number().int().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  ms: z.number().nonnegative().optional(),
});

const SIDES = ["old", "candidate", "control", "recorded"] as const;
type Side = (typeof SIDES)[number];

/** Other members are allowed and ignored: pairs come out of other people's tools with labels of their own. */
const LINE = z.object({
  request: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  name: z.string().optional(),
  chain: z.enum(CHAIN_NAMES).optional(),
  customer: z.string().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
});

/** What a side may bring besides a body in its own name: `oldText`, `oldMeta` and so on. */
const SIDE_FIELDS = z.object(
  Object.fromEntries(
    SIDES.flatMap((side) => [
      [`${side}Text`, z.string().optional()],
      [`${side}Meta`, META.optional()],
    ]),
  ),
);

type Meta = z.infer<typeof META>;

/** Makes a customer's pseudonym; a name that is no token yet must not be kept. */
export type TokenOf = (customer: string) => string;

/**
 * What a line asks: its calls, and of a batch also the whole and how each side's answer was cut. A batch in which nothing asks
 * for an answer of its own (it is empty, or holds no call, or notifications alone) is one pair: what a node says to the whole.
 */
export interface PairLine {
  readonly pairs: readonly Pair[];
  readonly batch: { readonly whole: Pair; readonly splits: Splits } | null;
}

/**
 * A line of a pairs file as pairs: one, or one for each call of a batch. `number` is the line's, and becomes the pair's id.
 * Bodies are cut out of the line as text: a number's digits must survive. Throws an Error that says what is wrong.
 * @param routes REST routes by whose templates paths are named
 */
export function parsePairLine(
  line: string,
  number: number,
  token: TokenOf,
  routes: readonly Route[] = [],
): PairLine {
  const value: unknown = JSON.parse(line);
  if (isObject(value) && !("request" in value))
    throw new Error(
      "method" in value
        ? "a request alone, as shadowdiff import takes it; a pair is {request, old, candidate}"
        : "request is missing; a pair is {request, old, candidate}",
    );
  const { request, name, customer, at, chain } = checked(LINE, value);
  const fields: Record<string, unknown> = checked(SIDE_FIELDS, value);
  const texts = memberTexts(line);
  const { adapter, exchange, asked } = askedOf(request, texts.get("request") ?? "", {
    chain,
    routes,
  });
  const outcomes = Object.fromEntries(
    SIDES.map((side) => [side, outcomeOf(side, fields, texts, adapter, asked.batch)]),
  ) as Record<Side, Outcome | null>;
  const { old, candidate } = outcomes;
  if (old === null) throw new Error("old is missing");
  if (candidate === null) throw new Error("candidate is missing");
  const whole: Pair = {
    id: String(number),
    name: name ?? null,
    protocol: adapter.protocol,
    chain: asked.calls[0]?.chain ?? "other",
    method: "(batch)",
    customer: customer === undefined ? null : token(customer),
    client: null,
    at: at === undefined ? null : Date.parse(at),
    weight: 1,
    request: exchange.request.body ?? Buffer.alloc(0),
    old,
    candidate,
    control: outcomes.control,
    recorded: outcomes.recorded,
  };
  const [call] = asked.calls;
  if (asked.batch && asked.calls.every(({ id }) => id === null))
    return { pairs: [whole], batch: null };
  if (asked.batch) return splitPair(whole, adapter, asked);
  if (call === undefined) throw new Error("request holds no call");
  const pair = { ...whole, method: call.method, request: adapter.shown(exchange, call) };
  return { pairs: [pair], batch: null };
}

function checked<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join(".") || "line"}: ${issue?.message ?? "not a pair"}`);
}

/** A batch's calls as pairs of their own; the batch as a whole where a side's answer can't be cut into its calls'. */
function splitPair(whole: Pair, adapter: Adapter, { calls }: Asked): PairLine {
  const old = splitOutcome(whole.old, adapter, calls);
  const candidate = splitOutcome(whole.candidate, adapter, calls);
  if (old === null || candidate === null) return { pairs: [whole], batch: null };
  const control = whole.control === null ? null : splitOutcome(whole.control, adapter, calls);
  const recorded = whole.recorded === null ? null : splitOutcome(whole.recorded, adapter, calls);
  const pairs = calls.flatMap((call, index) => {
    const pair = {
      ...whole,
      id: `${whole.id}:${index}`,
      chain: call.chain,
      method: call.method,
      request: call.bytes,
      control: control?.outcomes[index] ?? null,
      recorded: recorded?.outcomes[index] ?? null,
    };
    const [before, after] = [old.outcomes[index], candidate.outcomes[index]];
    return call.id === null || before === undefined || after === undefined
      ? []
      : [{ ...pair, old: before, candidate: after }];
  });
  const splits = { old: old.split, candidate: candidate.split, control: control?.split ?? null };
  return { pairs, batch: { whole: { ...whole, id: `${whole.id}:batch` }, splits } };
}

interface SplitOutcome {
  readonly outcomes: readonly Outcome[];
  readonly split: Split;
}

/** A call without an answer in its batch is malformed: the envelope broke its promise. */
function splitOutcome(
  outcome: Outcome,
  adapter: Adapter,
  calls: Asked["calls"],
): SplitOutcome | null {
  const split = outcome.body === null ? null : adapter.split(outcome.body, calls);
  if (split === null) return null;
  const outcomes = split.answers.map((body): Outcome =>
    body === null
      ? { ...outcome, body, kind: "malformed", detail: "no answer in the batch" }
      : { ...outcome, body, ...adapter.kind(outcome.status, body) },
  );
  return { outcomes, split };
}

function outcomeOf(
  side: Side,
  fields: Readonly<Record<string, unknown>>,
  texts: ReadonlyMap<string, string>,
  adapter: Adapter,
  batch: boolean,
): Outcome | null {
  const text = (fields[`${side}Text`] as string | undefined) ?? texts.get(side);
  const meta = fields[`${side}Meta`] as Meta | undefined;
  if (text === undefined && meta === undefined) return null;
  const status = meta?.status ?? null;
  const body = text === undefined ? null : Buffer.from(text);
  // A batch's answer is an array, which the adapter knows as no call's answer; it is cut before it is judged.
  const found =
    body === null || batch
      ? { kind: body === null ? "unreachable" : "reply" }
      : adapter.kind(status, body);
  const isEvent = found.kind === "malformed" && text !== undefined && holdsEvent(text);
  return {
    ...(isEvent ? { kind: "reply" as const } : (found as Pick<Outcome, "kind">)),
    ...(meta?.outcome === undefined ? {} : { kind: meta.outcome }),
    status,
    headers: lowerCased(meta?.headers ?? {}),
    body,
    ms: meta?.ms ?? null,
    target: 0,
  };
}

/** What came by a subscription is a side's answer as well: its event is compared. */
function holdsEvent(text: string): boolean {
  const parsed = parsePlain(text);
  return parsed.ok && isObject(parsed.value) && eventOf(parsed.value) !== undefined;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
