import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { openRecording } from "../src/recording/reader.ts";
import { createRecording } from "../src/recording/writer.ts";
import type { NewExchange } from "../src/recording/writer.ts";
import { describeJsonRpc, errorCodeOf } from "../src/protocol/exchange-shape.ts";
import { pick, seeded } from "./support/random.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const SOURCE = path.join(
  import.meta.dirname,
  "..",
  "recordings",
  "geth-1.16.7-to-1.17.0.pairs.jsonl",
);
const EXCHANGES = 100_000;
/** A few traces of half a megabyte would be most of the bytes. */
const LARGEST_BYTES = 20_000;
const LOOK_UPS = 2_000;
const MONKEYS = "\n🐵🙈🙉\n";

interface Real {
  readonly request: string;
  readonly answer: string;
}

async function readReal(): Promise<Real[]> {
  const real: Real[] = [];
  for await (const line of createInterface({ input: createReadStream(SOURCE) })) {
    const parsed: { request: unknown; old?: unknown; oldText?: string } = JSON.parse(line);
    const request =
      typeof parsed.request === "string" ? parsed.request : JSON.stringify(parsed.request);
    const answer =
      parsed.oldText ?? (typeof parsed.old === "string" ? parsed.old : JSON.stringify(parsed.old));
    if (answer !== undefined && answer.length <= LARGEST_BYTES) real.push({ request, answer });
  }
  return real;
}

/** The same call by another client: only the id differs. */
function vary({ request, answer }: Real, id: number): Real {
  const replaced = (text: string): string => text.replace(/"id":\s*\d+/, `"id":${id}`);
  return { request: replaced(request), answer: replaced(answer) };
}

function toExchange({ request, answer }: Real, index: number): NewExchange {
  const body = Buffer.from(answer);
  return {
    at: 1_767_225_600_000 + index * 3,
    durationMs: 1.25,
    protocol: "json-rpc",
    transport: "http",
    connection: index % 50,
    customer: `cus_${String(index % 20).padStart(16, "0")}`,
    name: null,
    request: {
      verb: "POST",
      path: "/",
      headers: { "content-type": "application/json", "user-agent": "ethers/5.7.2" },
      body: Buffer.from(request),
    },
    response: { status: 200, headers: { "content-type": "application/json" }, body },
    unreplayable: null,
    method: describeJsonRpc(JSON.parse(request))?.method ?? "(malformed)",
    errorCode: errorCodeOf(body),
  };
}

function gorText({ request, answer }: Real, index: number): string {
  const id = index.toString(16).padStart(24, "0");
  const at = `${1_767_225_600_000 + index * 3}000000`;
  return (
    `1 ${id} ${at} 0\nPOST / HTTP/1.1\r\nHost: 127.0.0.1:8545\r\nUser-Agent: ethers/5.7.2\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: ${request.length}\r\n\r\n${request}${MONKEYS}` +
    `2 ${id} ${at} 1250000\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sat, 21 Nov 2026 11:12:47 GMT\r\nContent-Length: ${answer.length}\r\n\r\n${answer}${MONKEYS}`
  );
}

export const study = {
  name: "record-size",
  summary:
    "size of a recording against the .gor file of the same traffic; rates of writing and reading",
  async run(): Promise<void> {
    const real = await readReal();
    const random = seeded(7);
    const all = Array.from({ length: EXCHANGES }, (_, id) =>
      vary(pick(real, random) ?? { request: "", answer: "" }, id),
    );
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-size-"));
    const gor = path.join(folder, "traffic.gor");
    const file = createWriteStream(gor);
    for (const [index, each] of all.entries()) {
      if (!file.write(gorText(each, index))) await once(file, "drain");
    }
    file.end();
    await once(file, "close");
    const exchanges = all.map(toExchange);
    const recording = path.join(folder, "traffic.sqlite");
    const writing = timed(() => {
      const writer = createRecording(recording, {
        source: "study",
        network: { chainId: "1", genesisHash: null },
        keyId: null,
        options: {},
        createdAt: 0,
      });
      for (const exchange of exchanges) writer.add(exchange);
      writer.close();
    });
    const reader = openRecording(recording);
    let last = 0;
    const ordered = timed(() => {
      for (const { id } of reader.exchanges()) last = id;
    });
    const times: number[] = [];
    for (let count = 0; count < LOOK_UPS; count += 1) {
      const id = 1 + Math.floor(random() * EXCHANGES);
      times.push(timed(() => void reader.exchange(id)).ms);
    }
    reader.close();
    if (last !== EXCHANGES) throw new Error(`read up to ${last} of ${EXCHANGES}`);
    times.sort((a, b) => a - b);
    const size = { gor: statSync(gor).size, recording: statSync(recording).size };
    rmSync(folder, { recursive: true, force: true });
    writeEvidence("record-size", [
      "# Size of a recording, and how fast it is written and read",
      "",
      provenance("npm run study record-size"),
      "",
      `${EXCHANGES.toLocaleString("en-US")} exchanges: ${real.length} real requests and answers of Geth 1.16.7 (recordings/geth-1.16.7-to-1.17.0.pairs.jsonl, those up to ${LARGEST_BYTES / 1_000} KB),`,
      "drawn at random, each with an id of its own. Only ids vary, so bodies repeat more than those of real traffic would.",
      "",
      "| | |",
      "| --- | ---: |",
      `| .gor | ${(size.gor / 1e6).toFixed(1)} MB |`,
      `| recording | ${(size.recording / 1e6).toFixed(1)} MB, ${(size.recording / size.gor).toFixed(3)} of it |`,
      `| writer alone, compression and commit included | ${rate(writing)} |`,
      `| all in order | ${rate(ordered)} |`,
      `| one by id, at random | ${(times[LOOK_UPS / 2] ?? 0).toFixed(2)} ms in the middle, ${(times[LOOK_UPS * 0.99] ?? 0).toFixed(2)} ms at the 99th percentile |`,
    ]);
  },
};

function rate({ ms, cpuMs }: Cost): string {
  return `${perSecond(ms)} exchanges a second, ${perSecond(cpuMs)} a CPU second`;
}

function perSecond(ms: number): string {
  return Math.round((EXCHANGES / ms) * 1_000).toLocaleString("en-US");
}

interface Cost {
  readonly ms: number;
  /** CPU time of this process: what other work on the machine does not change much. */
  readonly cpuMs: number;
}

function timed(work: () => void): Cost {
  const cpu = process.cpuUsage();
  const started = performance.now();
  work();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000 };
}
