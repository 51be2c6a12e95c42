import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { windowField } from "../../config/window.ts";
import { parseListen } from "../../record/path/listening.ts";
import { accessFor } from "../../serve/access.ts";
import { agentFields, agentOf, alertFields, alertsFor } from "../../serve/options.ts";
import { startServing } from "../../stages/serve.ts";
import { defineCommand } from "../define.ts";

export const command = defineCommand({
  name: "serve",
  positionals: "<runs..>",
  summary: "answer for the verdict of finished runs: Argo Rollouts, Flagger, HAProxy, Prometheus",
  options: z.object({
    runs: z.array(z.string()).min(1).describe("run folders; several are judged as one"),
    listen: z.string().default("127.0.0.1:9191").describe("HOST:PORT of /v1, /metrics, /healthz"),
    ...agentFields,
    ...alertFields,
    wait: z
      .boolean()
      .default(false)
      .describe("a run that is not there yet is waited for: inconclusive until then"),
    each: z
      .boolean()
      .default(false)
      .describe("a verdict for each run (?run=2), and the worst of them where none is named"),
    window: windowField()
      .optional()
      .describe("what counts where a request names no window: 1h, or since a moment"),
    accepted: z
      .string()
      .optional()
      .describe("accepted findings (default: accepted.yaml if there is one)"),
    since: z.string().optional().describe("an earlier run: only what is new since then counts"),
    token: z
      .string()
      .optional()
      .describe("what who asks must know; best given as SHADOWDIFF_TOKEN, needed off loopback"),
  }),
  examples: [
    ["shadowdiff serve reports/geth-1.17", "GET http://127.0.0.1:9191/v1/verdict"],
    [
      "shadowdiff serve reports/geth-1.17 --agent 127.0.0.1:9192",
      "and HAProxy's agent-check asks port 9192",
    ],
  ],
  async run(given, context) {
    const { cwd, now, stderr } = context;
    const at = parseListen(given.listen, "--listen");
    const served = await startServing({
      judging: {
        runs: given.runs,
        since: given.since ?? null,
        accepted: given.accepted,
        settings: context.file,
        settingsPath: context.filePath,
        cwd,
      },
      window: given.window?.text ?? null,
      wait: given.wait,
      each: given.each,
      listen: at,
      access: accessFor(at.host, given.token),
      agent: agentOf(given),
      alerts: alertsFor(
        given,
        context.env["SHADOWDIFF_NOTICE_SECRET"],
        (text) => void stderr.write(`${text}\n`),
      ),
      now,
    });
    stderr.write(`The verdict is at ${served.url}/v1/verdict\n`);
    if (served.agentUrl !== null) stderr.write(`HAProxy's agent is at ${served.agentUrl}\n`);
    await aborted(context.signal);
    await served.stop();
    return EXIT.ok;
  },
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
