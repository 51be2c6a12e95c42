import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { clearTimeout, setTimeout as startTimer } from "node:timers";
import { setTimeout } from "node:timers/promises";
import { runFailure } from "../errors.ts";

/** A running anvil. `stop` ends this process and no other. */
export interface Anvil {
  readonly url: string;
  readonly version: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export const ANVILS = { old: "anvil-1-6", candidate: "anvil-1-7" } as const;

const START_MS = 20_000;
const STOP_MS = 10_000;
const POLL_MS = 20;

interface AnvilOptions {
  readonly flags: readonly string[];
  /** What the node prints. A file and no pipe, so that a node that is kept outlives this process. */
  readonly log: string;
}

/**
 * Starts the anvil of an installed package on a free port of 127.0.0.1. The package's own launcher is passed by, so that
 * the process that is stopped is the node itself.
 */
export async function startAnvil(
  packageName: string,
  { flags, log }: AnvilOptions,
): Promise<Anvil> {
  const { binary, version } = findAnvil(packageName);
  const output = openSync(log, "w");
  const child = spawn(binary, ["--host", "127.0.0.1", "--port", "0", ...flags], {
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  const url = await listening(child, log, version);
  child.unref();
  return { url, version, pid: child.pid ?? 0, stop: () => stop(child) };
}

function findAnvil(packageName: string): { binary: string; version: string } {
  const require = createRequire(import.meta.url);
  let packageFile: string;
  try {
    packageFile = require.resolve(`${packageName}/package.json`);
  } catch (cause) {
    throw runFailure(`The demo's nodes are not installed: ${packageName} is missing.`, {
      details: [
        "They are development dependencies: run the demo from a checkout, after npm install.",
      ],
      cause,
    });
  }
  const { version } = require(packageFile) as { version: string };
  const platform =
    { linux: "linux", darwin: "darwin", win32: "win32" }[process.platform as string] ??
    process.platform;
  const cpu = process.arch === "arm64" ? "arm64" : "amd64";
  const native = createRequire(packageFile).resolve(
    `@foundry-rs/anvil-${platform}-${cpu}/package.json`,
  );
  const file = process.platform === "win32" ? "anvil.exe" : "anvil";
  return { binary: path.join(path.dirname(native), "bin", file), version };
}

async function listening(child: ChildProcess, log: string, version: string): Promise<string> {
  const failed = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code) => resolve(`ended at its start with code ${code}`));
  });
  const deadline = Date.now() + START_MS;
  let why: string | null = null;
  while (why === null && Date.now() < deadline) {
    const address = /Listening on (\S+)/.exec(readFileSync(log, "utf8"))?.[1];
    if (address !== undefined) return `http://${address}`;
    why = await Promise.race([failed, setTimeout(POLL_MS, null)]);
  }
  child.kill("SIGKILL");
  throw runFailure(`anvil ${version} ${why ?? "did not answer in time"}.`, {
    details: readFileSync(log, "utf8").split("\n").slice(-5),
  });
}

/** SIGTERM first, so that a node asked to dump its state does; SIGKILL if it does not end. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = startTimer(() => child.kill("SIGKILL"), STOP_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
