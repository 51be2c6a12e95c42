import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Exchange } from "../../../src/model/exchange.ts";
import type { RecordingFacts } from "../../../src/model/run.ts";
import { recorderDefaults } from "../../../src/record/recorder-options.ts";
import { startRecorder } from "../../../src/stages/record.ts";
import type { Recorder } from "../../../src/stages/record.ts";
import { openRecording } from "../../../src/recording/reader.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { KEY } from "./redaction.ts";

export interface Upstream {
  readonly url: string;
  readonly port: number;
}

/** An HTTP server that lives as long as the test. */
export async function startUpstream(
  handler: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void,
): Promise<Upstream> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => handler(request, Buffer.concat(parts), response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}

/** Answers each JSON-RPC call with its method's name. */
export async function startNode(): Promise<Upstream> {
  return await startUpstream((_request, body, response) => {
    response.setHeader("content-type", "application/json");
    const call: { id?: unknown; method?: string } = JSON.parse(body.toString() || "{}");
    response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id ?? null, result: call.method }));
  });
}

/** A recorder that is stopped with the test at the latest. */
export async function record(
  target: string | null,
  overrides: Partial<Parameters<typeof startRecorder>[0]> = {},
): Promise<Recorder & { readonly file: string }> {
  const file = path.join(temporaryFolder(), "test.sqlite");
  const recorder = await startRecorder({
    ...recorderDefaults,
    limits: { ...recorderDefaults.limits, minFreeBytes: 0 },
    timing: { flushMs: 20, stallMs: 60_000, retryMs: 30, startMs: 15_000 },
    drainMs: 2_000,
    target,
    out: file,
    listen: { host: "127.0.0.1", port: 0 },
    key: KEY,
    ...overrides,
  });
  let stopped: Promise<RecordingFacts> | undefined;
  const stop = async (): Promise<RecordingFacts> => (stopped ??= recorder.stop());
  onTestFinished(async () => {
    await stop();
  });
  return { ...recorder, stop, file: overrides.out ?? file };
}

/** Posts a JSON-RPC body and gives the answer's text. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return await response.text();
}

export const call = (id: number, method: string, params: unknown[] = []) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});

/** All exchanges of a recording, and its own count of them. */
export function readAll(file: string): { exchanges: Exchange[]; facts: RecordingFacts } {
  const reader = openRecording(file);
  try {
    return { exchanges: [...reader.exchanges()], facts: reader.facts };
  } finally {
    reader.close();
  }
}

/** seen = stored + Σ dropped. */
export function addsUp({ seen, stored, dropped }: RecordingFacts): boolean {
  return seen === stored + Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

/** Waits for something that must come to be; fails the test when it does not. */
export async function eventually(condition: () => boolean, limitMs = 15_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("it did not come to be");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
