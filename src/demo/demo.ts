import path from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT } from "../errors.ts";
import { startNodes, type DemoNodes } from "./live.ts";
import { freeFolder, freePort, listens } from "./steps.ts";
import { CUSTOMERS, driveTraffic, makeCalls } from "./traffic.ts";
import { makeFolder } from "../make-folder.ts";

export interface DemoOptions {
  readonly calls: number;
  readonly keep: boolean;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Runs a command of this program as if it had been typed; `signal` ends it. */
  readonly shell: (words: readonly string[], signal?: AbortSignal) => Promise<number>;
  readonly say: (line: string) => void;
  /** Given what came of it, before the exit code. */
  readonly result?: (result: DemoResult) => void;
}

export interface DemoResult {
  readonly live: Step;
  readonly captured: Step;
  /** Page of the drafted notices. */
  readonly notices: string;
}

interface Step {
  /** Exit code of the gate. */
  readonly verdict: number;
  readonly expected: number;
  readonly folder: string;
}

/** Files that come with the product: the captured answers, and the settings of a small demo. */
const SHIPPED = fileURLToPath(new URL("../../recordings/", import.meta.url));
const SEED = 2020_11_11;

/**
 * Two upgrades from start to finish: one live, on two versions of a real node; one captured from two versions
 * of Geth. Both break clients, so that the gate fails. Gives 0 when both verdicts are the expected ones.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { cwd, say } = options;
  const folder = freeFolder(path.join(cwd, "reports"), "demo");
  makeFolder(folder);
  const at = path.relative(cwd, folder);
  const live = await liveUpgrade(options, at);
  const captured = await capturedUpgrade(options, at);
  const steps = { live, captured };
  say("");
  for (const [name, { verdict, expected, folder: where }] of Object.entries(steps)) {
    const word = wordFor(verdict);
    const note = verdict === expected ? "as expected" : `expected ${wordFor(expected)}`;
    say(`${name.padEnd(9)} ${word} (${note})   open ${where}/report.html`);
  }
  say(`notices   open ${captured.folder}/notices/index.html`);
  options.result?.({ live, captured, notices: `${captured.folder}/notices/index.html` });
  const good = Object.values(steps).every(({ verdict, expected }) => verdict === expected);
  return good ? EXIT.ok : EXIT.failed;
}

async function liveUpgrade(options: DemoOptions, at: string): Promise<Step> {
  const { keep, shell, say, cwd } = options;
  const folder = `${at}/live`;
  say("Live: anvil 1.6.0-rc1 (old) and 1.7.1 (candidate) on one chain.");
  const nodes = await startNodes(path.join(cwd, at, "nodes"));
  try {
    say(`  old ${nodes.old.url}, candidate ${nodes.candidate.url}, ${nodes.chain.head} blocks`);
    const recording = `${at}/traffic.sqlite`;
    await record(options, nodes, recording);
    await shell([
      "replay",
      recording,
      "--old",
      nodes.old.url,
      "--candidate",
      nodes.candidate.url,
      "--out",
      folder,
    ]);
    return { folder, expected: EXIT.gateFailed, verdict: await reportAndGate(options, folder) };
  } finally {
    if (keep) {
      say(`The nodes stay up; end them with: kill ${nodes.old.pid} ${nodes.candidate.pid}`);
    } else {
      await Promise.all([nodes.old.stop(), nodes.candidate.stop()]);
    }
  }
}

/** Traffic of the demo's customers, through the recorder, as it would stand in front of production. */
async function record(options: DemoOptions, { old, chain }: DemoNodes, out: string): Promise<void> {
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const stop = new AbortController();
  const recorder = options.shell(
    [
      "record",
      "--target",
      old.url,
      "--listen",
      listen,
      "--out",
      out,
      "--customer",
      "header:x-api-key",
    ],
    AbortSignal.any([stop.signal, options.signal]),
  );
  try {
    await Promise.race([listens(port), recorder]);
    const calls = makeCalls(chain, options.calls, SEED);
    const sent = await driveTraffic(`http://${listen}`, calls, options.signal);
    options.say(`  ${sent} requests of ${CUSTOMERS.length} customers through the recorder`);
  } finally {
    stop.abort();
    await recorder;
  }
}

async function capturedUpgrade(options: DemoOptions, at: string): Promise<Step> {
  const folder = `${at}/captured`;
  options.say("Captured: the answers of Geth 1.16.7 (old) and 1.17.0 (candidate) to 171 requests.");
  await options.shell([
    "compare",
    path.join(SHIPPED, "geth-1.16.7-to-1.17.0.pairs.jsonl"),
    "--out",
    folder,
    "--old-version",
    "Geth/v1.16.7",
    "--candidate-version",
    "Geth/v1.17.0",
  ]);
  await options.shell([
    "notice",
    "draft",
    folder,
    "--upgrade",
    path.join(SHIPPED, "demo-upgrade.yaml"),
    "--customers",
    path.join(SHIPPED, "demo-customers.yaml"),
  ]);
  // After the drafts, so that the report's customers lead to theirs.
  const verdict = await reportAndGate(options, folder, [
    "--customers",
    path.join(SHIPPED, "demo-customers.yaml"),
  ]);
  return { folder, expected: EXIT.gateFailed, verdict };
}

async function reportAndGate(
  { shell }: DemoOptions,
  folder: string,
  names: readonly string[] = [],
): Promise<number> {
  const settings = ["--config", path.join(SHIPPED, "demo.shadowdiff.yaml")];
  await shell(["report", folder, "--format", "html", "--format", "json", ...names, ...settings]);
  return shell(["gate", folder, ...settings]);
}

function wordFor(code: number): string {
  const words: Record<number, string> = {
    [EXIT.ok]: "pass",
    [EXIT.gateFailed]: "fail",
    [EXIT.inconclusive]: "inconclusive",
  };
  return words[code] ?? `ended with ${code}`;
}
