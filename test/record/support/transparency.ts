import type { WireExchange, CaptureSink } from "../../../src/record/capture/captured.ts";
import { CaptureMemory } from "../../../src/record/capture/memory.ts";
import { captureHere } from "./capture-here.ts";
import { createProxy } from "../../../src/record/path/proxy.ts";
import { parseUpstream } from "../../../src/record/path/upstream.ts";
import { randomConversation, seededRandom } from "./cases.ts";
import type { Conversation } from "./cases.ts";
import { openStage } from "./conversation.ts";
import type { Seen } from "./conversation.ts";

const copy = (body: Buffer | null): Buffer | null => body && Buffer.from(body);

/** Keeps what the readers hand over, as it was on the wire. */
export class CollectingSink implements CaptureSink {
  exchanges: WireExchange[] = [];
  arrived = 0;
  dropped: string[] = [];
  arrive(): number {
    this.arrived += 1;
    return this.arrived;
  }
  withdraw(): void {
    this.arrived -= 1;
  }
  working(): void {}
  settle(exchange: WireExchange): boolean {
    // Its bytes are the reader's.
    this.exchanges.push({
      ...exchange,
      requestBody: copy(exchange.requestBody),
      responseBody: copy(exchange.responseBody),
    });
    return true;
  }
  drop(reason: string): void {
    this.dropped.push(reason);
  }
  unread(): void {}
  now(): number {
    return 0;
  }
  clock(): number {
    return 0;
  }
}

export interface TransparencyReport {
  readonly cases: number;
  readonly requests: number;
  readonly aborted: number;
  /** What differed, with the seed that shows it. */
  readonly problems: readonly string[];
}

/** Plays random conversations directly and through the proxy and compares every byte. */
export async function checkTransparency(
  cases: number,
  firstSeed: number,
  onCase: (done: number) => void = () => {},
): Promise<TransparencyReport> {
  const stage = await openStage();
  const sink = new CollectingSink();
  const memory = new CaptureMemory(64 * 1024 * 1024);
  const proxy = createProxy(
    parseUpstream(`http://127.0.0.1:${stage.port}`, "keep"),
    captureHere(sink, 16 * 1024 * 1024, memory),
  );
  await new Promise<void>((resolve) => {
    proxy.server.listen(0, "127.0.0.1", resolve);
  });
  const address = proxy.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const problems: string[] = [];
  let requests = 0;
  let aborted = 0;
  for (let index = 0; index < cases; index += 1) {
    const seed = firstSeed + index;
    const conversation = randomConversation(seededRandom(seed));
    const direct = await stage.play(conversation, stage.port);
    sink.exchanges = [];
    sink.arrived = 0;
    sink.dropped = [];
    const proxied = await stage.play(conversation, port);
    while (proxy.connections() > 0) await new Promise((resolve) => setImmediate(resolve));
    requests += conversation.turns.length;
    const isAbort = conversation.end.endsWith("abort");
    if (isAbort) aborted += 1;
    for (const problem of compare(conversation, direct, proxied, isAbort)) {
      problems.push(`seed ${seed}: ${problem}`);
    }
    for (const problem of checkCapture(conversation, sink, isAbort)) {
      problems.push(`seed ${seed}: ${problem}`);
    }
    if (memory.bytes !== 0)
      problems.push(`seed ${seed}: ${memory.bytes} bytes were not given back`);
    memory.bytes = 0;
    onCase(index + 1);
  }
  proxy.closeAll();
  await new Promise<void>((resolve) => {
    proxy.server.close(() => resolve());
  });
  await stage.close();
  return { cases, requests, aborted, problems };
}

function compare(
  conversation: Conversation,
  direct: Seen,
  proxied: Seen,
  isAbort: boolean,
): string[] {
  const problems: string[] = [];
  const all = (side: "request" | "response"): Buffer =>
    Buffer.concat(conversation.turns.map((turn) => turn[side] ?? Buffer.alloc(0)));
  if (isAbort) {
    // How far bytes get before a reset is the network's business; none may be another one.
    if (!startsWith(all("response"), proxied.byClient)) problems.push("the client got other bytes");
    if (!startsWith(all("request"), proxied.byServer)) problems.push("the server got other bytes");
    // A whole answer, or a cut: never a cut that looks like a proper end.
    if (conversation.end === "server-abort" && direct.clientSaw !== proxied.clientSaw)
      problems.push(`the client saw ${proxied.clientSaw}, directly ${direct.clientSaw}`);
    return problems;
  }
  if (!proxied.byClient.equals(direct.byClient)) problems.push("the client got other bytes");
  if (!proxied.byServer.equals(direct.byServer)) problems.push("the server got other bytes");
  if (proxied.clientSaw !== direct.clientSaw)
    problems.push(`the client saw ${proxied.clientSaw}, directly ${direct.clientSaw}`);
  return problems;
}

function checkCapture(
  conversation: Conversation,
  sink: CollectingSink,
  isAbort: boolean,
): string[] {
  const problems: string[] = [];
  if (sink.arrived !== sink.exchanges.length + sink.dropped.length)
    problems.push(
      `${sink.arrived} arrived, ${sink.exchanges.length} settled, ${sink.dropped.length} dropped`,
    );
  if (isAbort) return problems;
  if (sink.dropped.length > 0) problems.push(`dropped: ${sink.dropped.join(", ")}`);
  if (sink.exchanges.length !== conversation.turns.length)
    problems.push(
      `${sink.exchanges.length} exchanges of ${conversation.turns.length} were captured`,
    );
  for (const [index, turn] of conversation.turns.entries()) {
    const exchange = sink.exchanges.toSorted((a, b) => a.id - b.id)[index];
    if (exchange === undefined) continue;
    if (exchange.incomplete) problems.push(`exchange ${index} is incomplete`);
    if (exchange.responseHead?.status !== turn.status) problems.push(`exchange ${index}: status`);
    if (!sameBody(exchange.requestBody, turn.requestBody))
      problems.push(`exchange ${index}: request body`);
    if (!sameBody(exchange.responseBody, turn.responseBody))
      problems.push(`exchange ${index}: response body`);
  }
  return problems;
}

function sameBody(captured: Buffer | null, sent: Buffer | null): boolean {
  return (captured ?? Buffer.alloc(0)).equals(sent ?? Buffer.alloc(0));
}

function startsWith(whole: Buffer, start: Buffer): boolean {
  return whole.subarray(0, start.length).equals(start);
}
