import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "../support/ports.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Agent, request } from "node:http";
import { addsUp, call, eventually, readAll, startNode } from "./support/recorders.ts";

const MAIN = path.resolve(import.meta.dirname, "../../src/main.ts");
const THROWS = new URL("./support/throw-on-signal.mjs", import.meta.url).href;

it("goes on passing traffic over an error that nobody caught, captures nothing more, and says so", async () => {
  const node = await startNode();
  const file = path.join(temporaryFolder(), "r.sqlite");
  const [port, admin] = [await freePort(), await freePort()];
  const child = spawn(
    process.execPath,
    `--no-warnings|--import|${THROWS}|${MAIN}|record|--target|${node.url}|--listen|127.0.0.1:${port}|--admin|127.0.0.1:${admin}|--out|${file}|--min-free|0`.split(
      "|",
    ),
    {
      env: { ...process.env, SHADOWDIFF_KEY: "a key for tests, of 32 characters" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  let stdout = "";
  child.stdout.on("data", (part: Buffer) => {
    stdout += part.toString();
  });
  await eventually(() => said.some((line) => line.startsWith("Health")), 20_000);
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
    return Number(new RegExp(`^shadowdiff_${name} (\\d+)`, "m").exec(text)?.[1]);
  };
  // One connection, open before the error and after it.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = async (id: number): Promise<string> =>
    await new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, method: "POST", agent }, (response) => {
        let text = "";
        response.on("data", (part: Buffer) => {
          text += part.toString();
        });
        response.once("end", () => resolve(text));
      });
      sent.once("error", reject);
      sent.end(JSON.stringify(call(id, "eth_call")));
    });
  for (let id = 0; id < 10; id += 1) await ask(id);
  let stored = 0;
  for (let tries = 0; tries < 500 && stored < 10; tries += 1) {
    stored = await metric("exchanges_stored");
  }
  expect(stored).toBe(10);
  child.kill("SIGUSR2");
  await eventually(() => said.includes("Nothing is recorded any more; traffic goes on."));
  for (let id = 10; id < 30; id += 1) {
    expect(JSON.parse(await ask(id))).toEqual({ jsonrpc: "2.0", id, result: "eth_call" });
  }
  expect(await (await fetch(`http://127.0.0.1:${admin}/healthz`)).json()).toMatchObject({
    status: "ok",
    recording: false,
    why: "capture-error",
  });
  expect(await metric("unread_bytes")).toBeGreaterThan(20 * 100);
  child.kill("SIGTERM");
  const [code]: (number | null)[] = await once(child, "exit");
  // A bug is no success, whatever went on meanwhile.
  expect([code, stdout.split("\n")[0]]).toEqual([4, "seen 10 = stored 10 + dropped 0"]);
  expect(addsUp(readAll(file).facts)).toBe(true);
});
