import { checkTransparency } from "../test/record/support/transparency.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const CASES = 10_000;
const REPORT_EVERY = 1_000;

export const study = {
  name: "record-transparency",
  summary: "random HTTP conversations through the recorder against the same ones without it",
  async run(args: string[]): Promise<void> {
    const cases = Number(args[0] ?? CASES);
    const started = performance.now();
    const report = await checkTransparency(cases, 1, (done) => {
      if (done % REPORT_EVERY === 0) console.error(`${done} conversations`);
    });
    const seconds = (performance.now() - started) / 1_000;
    writeEvidence("record-transparency", [
      "# What the recorder changes in what clients and nodes see",
      "",
      `${provenance("npm run study record-transparency")} ${seconds.toFixed(0)} s.`,
      "",
      "Each case is a random conversation over raw sockets: one to four requests on a connection, some pipelined; bodies by",
      "length, in chunks (with extensions and trailers) or until the connection closes; HEAD, 204, 304, 100 and 103 before",
      "the answer, answers before the request is whole; odd headers; random boundaries between writes; ends by either side, or",
      "a reset by either side at a random byte. It is played directly, then through the recorder. Compared: every byte",
      "that the client got and that the node got, and whether each saw a proper end or a cut; after a reset, that no byte differs",
      "as far as they came. And what was captured: each exchange once, with its status and both bodies.",
      "",
      "| | |",
      "| --- | ---: |",
      `| conversations | ${report.cases.toLocaleString("en-US")} |`,
      `| requests | ${report.requests.toLocaleString("en-US")} |`,
      `| conversations cut by a reset | ${report.aborted.toLocaleString("en-US")} |`,
      `| differences | ${report.problems.length} |`,
      "",
      ...report.problems.slice(0, 20).map((problem) => `- ${problem}`),
    ]);
    if (report.problems.length > 0) process.exitCode = 1;
  },
};
