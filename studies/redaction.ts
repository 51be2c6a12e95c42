import { redactor } from "../src/redact/redact.ts";
import type { RedactedExchange } from "../src/redact/redact.ts";
import { NO_RULES } from "../src/redact/rules.ts";
import { tokeniser } from "../src/redact/tokens.ts";
import { seededRandom } from "../test/record/support/cases.ts";
import { ioPairs, realCalls } from "./support/real-calls.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const CALLS = 5_000;
const redact = redactor(
  NO_RULES,
  tokeniser(Buffer.from("a key of the study, which hides nothing")),
);
const HEADERS: [string, string][] = [
  ["Host", "node.example"],
  ["Content-Type", "application/json"],
  ["User-Agent", "ethers/5.7.2"],
  ["X-Api-Key", "k3yN1tr0aB9cD8eF7gH6"],
];
const RESPONSE = { status: 200, headers: [["content-type", "application/json"] as const] };

function redacted(
  body: string | Buffer | null,
  answer: string | Buffer | null = null,
  verb = "POST",
  path = "/",
): RedactedExchange {
  return redact({
    transport: "http",
    requestHead: { verb, path, headers: HEADERS },
    requestBody: body === null ? null : Buffer.from(body),
    responseHead: RESPONSE,
    responseBody: answer === null ? null : Buffer.from(answer),
    isEvent: false,
  });
}

/** What grows with `size` bytes or so, as an attacker or a busy client sends it. */
const GROWING: Readonly<Record<string, (size: number) => string>> = {
  "batch of raw transactions": (size) =>
    batch(size / 300, (at) => [
      "eth_sendRawTransaction",
      [`0x02f8${at.toString(16).padStart(232, "0")}`],
    ]),
  "batch of short raw transactions": (size) =>
    batch(size / 80, (at) => ["eth_sendRawTransaction", [`0x${at.toString(16).padStart(6, "0")}`]]),
  "batch of distinct passwords": (size) =>
    batch(size / 80, (at) => ["eth_call", [{ password: `pw${at}` }]]),
  "object of many keys": (size) =>
    `{"id":1,"method":"eth_call","params":[{${Array.from({ length: size / 12 }, (_, at) => `"k${at}":1`).join(",")}}]}`,
  "lists in lists": (size) =>
    `{"id":1,"method":"eth_call","params":${"[".repeat(size / 2)}${"]".repeat(size / 2)}}`,
  "objects in objects": (size) =>
    `{"id":1,"method":"eth_call","params":[${'{"a":'.repeat(size / 6)}1${"}".repeat(size / 6)}]}`,
  "batch of small calls": (size) => batch(size / 45, () => ["eth_call", []]),
  "one long text": (size) => `{"id":1,"method":"eth_call","params":["${"aB3".repeat(size / 3)}"]}`,
  "one text of escapes": (size) =>
    `{"id":1,"method":"eth_call","params":["${"\\\\".repeat(size / 2)}"]}`,
};

function batch(
  calls: number,
  call: (at: number) => readonly [method: string, params: unknown],
): string {
  return JSON.stringify(
    Array.from({ length: Math.floor(calls) }, (_, at) => {
      const [method, params] = call(at);
      return { jsonrpc: "2.0", id: at, method, params };
    }),
  );
}

function milliseconds(body: Buffer): number {
  let least = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const start = process.cpuUsage();
    redacted(body, body);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}

export const study = {
  name: "redaction",
  summary:
    "what redaction makes unreplayable of real calls, and what it costs (FOLDER of .io files)",
  async run([folder]: readonly string[]): Promise<void> {
    const random = seededRandom(20261125);
    const calls = realCalls(CALLS, random);
    const lost = new Map<string, number>();
    for (const { method, verb, path, body } of calls) {
      const { unreplayable, requestBody } = redacted(body, null, verb, path);
      const changed = body !== null && requestBody?.toString() !== body;
      if (unreplayable !== null || changed) lost.set(method, (lost.get(method) ?? 0) + 1);
    }
    const lostCalls = [...lost.values()].reduce((sum, count) => sum + count, 0);
    const methods = new Set(calls.map(({ method }) => method)).size;
    const pairs = folder === undefined ? [] : ioPairs(folder);
    const oddPairs = pairs.filter(({ request, answer }) => {
      const clean = redacted(request, answer);
      return (
        clean.unreplayable !== null ||
        (answer !== null && clean.responseBody?.toString() !== answer)
      );
    });
    const mixed = calls.map(({ body, verb, path }) => ({
      body: body === null ? null : Buffer.from(body),
      verb,
      path,
    }));
    const start = process.cpuUsage().user;
    for (let round = 0; round < 20; round += 1) {
      for (const { body, verb, path } of mixed)
        redacted(body, '{"jsonrpc":"2.0","id":1,"result":"0x1"}', verb, path);
    }
    const eachUs = (process.cpuUsage().user - start) / (20 * mixed.length);
    const growth = Object.entries(GROWING).map(([name, make]) => {
      const [half, whole] = [Buffer.from(make(4_000_000)), Buffer.from(make(8_000_000))];
      milliseconds(Buffer.from(make(400_000)));
      const [first, second] = [milliseconds(half), milliseconds(whole)];
      return `| ${name} | ${first.toFixed(0)} ms | ${second.toFixed(0)} ms | ${(second / first).toFixed(2)} |`;
    });
    writeEvidence("redaction", [
      "# Redaction: what it makes unreplayable, and what it costs",
      "",
      provenance("npm run study redaction -- FOLDER (tests of ethereum/execution-apis)"),
      "",
      `${calls.length} calls of all ${methods} methods and routes that are known and only read (three of each, the rest by how often they are`,
      "called), with values drawn by form. Changed or unreplayable after redaction:",
      "",
      `**${lostCalls} of ${calls.length} (${((100 * lostCalls) / calls.length).toFixed(2)} %)**: ${[...lost].map(([method, count]) => `${method} ${count}`).join(", ")}.`,
      "",
      ...(folder === undefined
        ? []
        : [
            `Of ${pairs.length} real pairs of requests and answers, changed or unreplayable: ${oddPairs.length}: ${oddPairs.map(({ name }) => name).join(", ")}.`,
            "",
          ]),
      `A mixed call with its headers: ${eachUs.toFixed(1)} µs of CPU, on the capture thread.`,
      "",
      "Cost of what grows (request and answer of so many bytes; CPU time, least of three). Twice the bytes must not cost more than 2.5 times:",
      "",
      "| body | 4 MB | 8 MB | ratio |",
      "| --- | ---: | ---: | ---: |",
      ...growth,
    ]);
    await Promise.resolve();
  },
};
