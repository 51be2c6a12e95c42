import { z } from "zod";
import { identify } from "../wire/websocket-message.ts";
import { entryBase } from "./har-entry.ts";
import type { HarEntry } from "./har-entry.ts";
import type { Imported, ImportedExchange } from "./imported.ts";

const Message = z.object({
  type: z.enum(["send", "receive"]),
  /** Seconds since 1970. */
  time: z.number(),
  opcode: z.number().optional(),
  data: z.string(),
});

const TEXT = 1;
const BINARY = 2;
const SWITCHED = { status: 101, headers: [] } as const;

/** Chromium's `_webSocketMessages`: requests and answers paired by id; what nobody asked for is left out, as no client sent it. */
export function* webSocketExchanges(
  entry: HarEntry,
  messages: readonly unknown[],
  place: string,
): Generator<Imported> {
  const base = entryBase(entry);
  const asked = new Map<string, { at: number; body: Buffer }>();
  const exchange = (
    at: number,
    body: Buffer,
    answer: Buffer | null,
    end: number | null,
  ): Imported => {
    const whole: ImportedExchange = {
      ...base,
      requestHead: { ...base.requestHead, verb: "POST" },
      at,
      durationMs: end === null ? null : end - at,
      transport: "websocket",
      requestBody: body,
      responseHead: answer === null ? null : SWITCHED,
      responseBody: answer,
    };
    return { exchange: whole };
  };
  for (const [index, value] of messages.entries()) {
    const parsed = Message.safeParse(value);
    if (!parsed.success) {
      yield { bad: { place: `${place}, message ${index + 1}`, reason: "not a WebSocket message" } };
      continue;
    }
    const { type, time, data, opcode = TEXT } = parsed.data;
    // Pings, closes, and what Chromium reports as an error.
    if (opcode !== TEXT && opcode !== BINARY) continue;
    const body = Buffer.from(data, opcode === BINARY ? "base64" : "utf8");
    const at = time * 1_000;
    const { key, isAnswer } = identify(body, type === "send" ? "client" : "server");
    if (type === "send") {
      if (key === null) yield exchange(at, body, null, null);
      else asked.set(key, { at, body });
      continue;
    }
    const request = isAnswer && key !== null ? asked.get(key) : undefined;
    if (request === undefined || key === null) continue;
    asked.delete(key);
    yield exchange(request.at, request.body, body, at);
  }
  for (const request of asked.values()) yield exchange(request.at, request.body, null, null);
}
