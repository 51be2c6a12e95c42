import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { messageOf } from "../errors.ts";
import { finishedFiles } from "../record/writing/rotation.ts";

/** Where finished recordings go, and what the process that brings them there knows. */
export interface UploadOptions {
  /** `s3://BUCKET/FOLDER`. */
  readonly to: string;
  /** Credentials and addresses of the store; nothing else of the recorder's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What the process says of a file. */
export interface Uploaded {
  readonly file: string;
  readonly uri: string;
  /** Why it is not in the store, or null. */
  readonly error: string | null;
}

export interface Uploads {
  /** A last round without a current file; what is not up after `mostMs` stays where it is. */
  stop(mostMs: number): Promise<void>;
}

const PROCESS_FILE = fileURLToPath(
  new URL(`./upload-process${path.extname(import.meta.url)}`, import.meta.url),
);
const LOOK_MS = 1_000;
/** After a round that brought nothing up: doubled each time, until the next file. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
/** A round that takes longer hangs, and is begun anew. */
const LONGEST_ROUND_MS = 3_600_000;

/**
 * Uploads a recorder's finished files, in a process of its own, and tries again for as long as the recorder runs. Files leave the
 * disk once the store has them; until then they count as any other (`--min-free`, `--keep-files`). Nobody ever waits for it.
 */
export function keepUploading(
  out: string,
  current: () => string,
  { to, env }: UploadOptions,
  notice: (text: string) => void,
): Uploads {
  let child: ChildProcess | null = null;
  let waitMs = FIRST_WAIT_MS;
  let notBefore = 0;
  let lastCurrent = current();

  const round = async (writing: string, mostMs: number): Promise<void> => {
    let failed: string | null = null;
    let up = 0;
    const begun = spawn(process.execPath, ["--no-warnings", PROCESS_FILE, out, writing, to], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...env },
      timeout: Math.ceil(mostMs),
      killSignal: "SIGKILL",
    });
    child = begun;
    createInterface({ input: begun.stdout }).on("line", (line) => {
      const said = parsed(line);
      if (said === null) return;
      if (said.error === null) up += 1;
      if (said.error === null) return;
      failed = said.error;
      notice(`${said.file} can't be uploaded: ${said.error}. It stays, and is tried again.`);
    });
    try {
      const [code, signal] = (await once(begun, "close")) as [number | null, string | null];
      if (code !== 0) failed ??= `it ended with ${signal ?? `exit code ${code}`}`;
    } catch (error) {
      failed = messageOf(error);
    }
    child = null;
    // Nothing to upload: a file that is still being closed, or one that a killed recorder left.
    notBefore = performance.now() + (failed === null && up > 0 ? 0 : waitMs);
    waitMs = failed === null && up > 0 ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, waitMs * 2);
  };
  const look = (): void => {
    if (current() !== lastCurrent) {
      lastCurrent = current();
      waitMs = FIRST_WAIT_MS;
      notBefore = Math.min(notBefore, performance.now() + waitMs);
    }
    if (child !== null || performance.now() < notBefore) return;
    try {
      if (finishedFiles(out, current()).length === 0) return;
      void round(current(), LONGEST_ROUND_MS).catch(() => {});
    } catch {
      // A folder that can't be read now; the next look tries again.
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    async stop(mostMs) {
      clearInterval(timer);
      const until = performance.now() + mostMs;
      const running = child;
      if (running !== null) {
        const late = setTimeout(() => running.kill("SIGKILL"), mostMs);
        await once(running, "close").catch(() => {});
        clearTimeout(late);
      }
      await round("", Math.max(1_000, until - performance.now())).catch(() => {});
      const left = finishedFiles(out, null);
      if (left.length > 0)
        notice(`Not uploaded, and still here: ${left.join(", ")}. The next recorder tries again.`);
    },
  };
}

function parsed(line: string): Uploaded | null {
  try {
    return JSON.parse(line) as Uploaded;
  } catch {
    return null;
  }
}

const PASSED = [
  "PATH",
  "HOME",
  "TMPDIR",
  "LD_LIBRARY_PATH",
  "SystemRoot",
  "TEMP",
  "NODE_EXTRA_CA_CERTS",
];

/** What AWS's own tools look at, and no key of ours. */
export function uploadEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && (name.startsWith("AWS_") || PASSED.includes(name))
        ? [[name, value]]
        : [],
    ),
  );
}
