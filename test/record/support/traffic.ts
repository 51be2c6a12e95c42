import { Pool } from "undici";

export interface TrafficReport {
  readonly sent: number;
  readonly answered: number;
  /** What went wrong, in a few words each: must be empty. */
  readonly failures: readonly string[];
  readonly p99Ms: number;
  readonly perSecond: number;
}

export interface Traffic {
  readonly sent: () => number;
  /** Ends the traffic and waits for what is under way. */
  end(): Promise<TrafficReport>;
}

const TICK_MS = 10;

/** Sends `perSecond` JSON-RPC calls a second whatever comes back (open loop), and checks each answer's id. */
export function startTraffic(url: string, perSecond: number): Traffic {
  const pool = new Pool(url, { connections: 32, pipelining: 1 });
  const started = performance.now();
  const failures: string[] = [];
  const times: number[] = [];
  const open = new Set<Promise<void>>();
  let sent = 0;
  let answered = 0;
  const one = async (id: number): Promise<void> => {
    const from = performance.now();
    try {
      const { body, statusCode } = await pool.request({
        method: "POST",
        path: "/v2/0123456789abcdef0123456789abcdef",
        headers: { "content-type": "application/json", "user-agent": "ethers/5.7.2" },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id,
          method: id % 10 === 0 ? "eth_getLogs" : "eth_call",
          params: [{ to: `0x${id.toString(16).padStart(40, "0")}` }, "latest"],
        }),
      });
      const text = await body.text();
      if (statusCode === 200 && text.includes(`"id":${id},`)) answered += 1;
      else failures.push(`call ${id}: status ${statusCode}`);
    } catch (error) {
      failures.push(`call ${id}: ${error instanceof Error ? error.message : "failed"}`);
    }
    times.push(performance.now() - from);
  };
  const tick = (): void => {
    const due = ((performance.now() - started) / 1_000) * perSecond;
    while (sent < due) {
      sent += 1;
      const promise = one(sent).finally(() => open.delete(promise));
      open.add(promise);
    }
  };
  const timer = setInterval(tick, TICK_MS);
  return {
    sent: () => sent,
    async end() {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1_000;
      await Promise.all(open);
      await pool.close();
      times.sort((a, b) => a - b);
      return {
        sent,
        answered,
        failures,
        p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
        perSecond: sent / seconds,
      };
    },
  };
}
