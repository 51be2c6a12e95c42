import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { startServing, type Served, type Serving } from "../../src/stages/serve.ts";
import { BUILT_AT, type BuiltCalls } from "../support/facts.ts";
import { temporaryFolder } from "../support/folder.ts";
import { storeBuiltRun } from "../support/stored-run.ts";

export type Wanted = "pass" | "fail" | "inconclusive";

/** Calls that the default settings judge so. */
export const CALLS: Readonly<Record<Wanted, readonly BuiltCalls[]>> = {
  pass: [{ method: "eth_call", count: 3_000, customer: "cus_0000000000000001" }],
  fail: [
    { method: "eth_call", count: 3_000, customer: "cus_0000000000000001" },
    {
      method: "eth_getBalance",
      count: 50,
      customer: "cus_0000000000000002",
      findings: [{ kind: "result-to-error" }],
    },
  ],
  inconclusive: [{ method: "eth_call", count: 10, customer: "cus_0000000000000001" }],
};

/** A server of a stored run with that verdict; it ends with the test. */
export async function serveVerdict(
  wanted: Wanted,
  changes: Partial<Serving> = {},
): Promise<Served & { readonly folder: string; readonly cwd: string }> {
  const cwd = temporaryFolder();
  const folder = storeBuiltRun(cwd, wanted, CALLS[wanted]);
  const served = await startServing({
    judging: {
      runs: [folder],
      since: null,
      accepted: undefined,
      settings: {},
      settingsPath: null,
      cwd,
    },
    window: null,
    listen: { host: "127.0.0.1", port: 0 },
    access: { token: null },
    agent: null,
    now: () => BUILT_AT,
    ...changes,
  });
  onTestFinished(() => served.stop());
  return { ...served, folder, cwd };
}

/** Sends bytes as they are and reads until the other side closes. */
export function exchangeBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url.replace("tcp:", "http:"));
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => void socket.write(bytes));
    socket.on("data", (part) => parts.push(part));
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(Buffer.concat(parts).toString()));
    socket.on("error", reject);
  });
}
