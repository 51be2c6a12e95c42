import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
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

/**
 * Starts the anvil of an installed package on a free port of 127.0.0.1. The package's own launcher is passed by, so that
 * the process that is stopped is the node itself.
 */
export async function startAnvil(
  packageName: string,
  flags: readonly string[],
  detached = false,
): Promise<Anvil> {
  const { binary, version } = findAnvil(packageName);
  const child = spawn(binary, ["--host", "127.0.0.1", "--port", "0", ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    detached,
  });
  const url = await listening(child, version);
  child.stdout.resume();
  child.stderr.resume();
  if (detached) {
    child.stdout.unref?.();
    child.stderr.unref?.();
    child.unref();
  }
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

function listening(child: ChildProcess, version: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => fail("did not answer in time"), START_MS);
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(runFailure(`anvil ${version} ${why}.`, { details: output.split("\n").slice(-5) }));
    };
    child.once("error", (error) => fail(`could not be started: ${error.message}`));
    child.once("exit", (code) => fail(`ended at its start with code ${code}`));
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Listening on (\S+)/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve(`http://${address}`);
    });
  });
}

/** SIGTERM first, so that a node asked to dump its state does; SIGKILL if it does not end. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
