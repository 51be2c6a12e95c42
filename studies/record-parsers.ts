import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { seededRandom } from "../test/record/support/cases.ts";
import {
  difference,
  fuzzedConversation,
  readByNode,
  readHere,
} from "../test/record/support/http-fuzz.ts";
import type { ReadRequest } from "../test/record/support/http-fuzz.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const CONVERSATIONS = 100_000;
const SEED = 20_261_126;

export const study = {
  name: "record-parsers",
  summary:
    "the recorder's HTTP reader beside Node's own parser and Go's net/http, on bytes made at random",
  async run(args: string[]): Promise<void> {
    const count = Number(args[0] ?? CONVERSATIONS);
    const go = spawn("go", ["run", path.join(import.meta.dirname, "support/read-requests.go")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = once(go, "close");
    const lines: string[] = [];
    createInterface({ input: go.stdout }).on("line", (line) => lines.push(line));
    const random = seededRandom(SEED);
    const problems = { node: [] as string[], go: [] as string[] };
    let read = 0;
    let whole = 0;
    for (let index = 0; index < count; index += 1) {
      const bytes = fuzzedConversation(random);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      go.stdin.write(Buffer.concat([length, bytes]));
      const here = readHere(bytes);
      const byNode = readByNode(bytes);
      // Its answers wait for a full buffer: they are read behind what was sent.
      pending.push({ bytes, here });
      read += here.length;
      whole += byNode.length;
      const problem = difference(here, byNode);
      if (problem !== null) problems.node.push(shown(bytes, problem));
      if (go.stdin.writableNeedDrain) await once(go.stdin, "drain");
    }
    go.stdin.end();
    await ended;
    for (const [index, { bytes, here }] of pending.entries()) {
      const problem = difference(here, fromGo(lines[index] ?? "[]"));
      if (problem !== null) problems.go.push(shown(bytes, problem));
    }
    writeEvidence("record-parsers", [
      "# The recorder's HTTP reader beside two others",
      "",
      provenance(`npm run study record-parsers ${count}`),
      "",
      `${count} conversations of one to three pipelined requests, three of four with bytes taken out, put in or changed (seed ${SEED}). Each whole request that the`,
      "recorder believes (verb, target, body) must be the one that Node's own parser (llhttp) and Go's net/http read in its place. What they read and",
      "the recorder does not believe is no fault: it stops at the first doubt.",
      "",
      "| | |",
      "| --- | ---: |",
      `| requests that the recorder believed | ${read} |`,
      `| requests that llhttp read | ${whole} |`,
      `| of those believed, read otherwise by llhttp | ${problems.node.length} |`,
      `| of those believed, read otherwise by Go | ${problems.go.length} |`,
      ...[...problems.node.slice(0, 5), ...problems.go.slice(0, 5)].map((each) => `\n- ${each}`),
    ]);
  },
};

const pending: { readonly bytes: Buffer; readonly here: readonly ReadRequest[] }[] = [];

function shown(bytes: Buffer, problem: string): string {
  return `\`${JSON.stringify(bytes.toString("latin1"))}\`: ${problem}`;
}

const text = (hex: string): string => Buffer.from(hex, "hex").toString("latin1");

function fromGo(line: string): ReadRequest[] {
  const all: [string, string, string][] = JSON.parse(line);
  return all.map(([verb, target, body]) => [
    verb,
    text(target).replace(/^https?:\/\/[^/?]*/i, "") || "/",
    text(body),
  ]);
}
