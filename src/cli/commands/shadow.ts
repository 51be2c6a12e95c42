import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { acceptedPath } from "../../config/files/accepted-file.ts";
import { loadKey } from "../../config/files/key.ts";
import { duration, size } from "../../config/fields.ts";
import { parseJudging } from "../../config/judging.ts";
import { describeError, EXIT, usageError } from "../../errors.ts";
import { displayUrl } from "../../model/display-url.ts";
import { parseListen } from "../../record/path/listening.ts";
import { recorderDefaults } from "../../record/recorder-options.ts";
import { redactionFields, redactionRules } from "../../redact/options.ts";
import { accessFor } from "../../serve/access.ts";
import { agentFields, agentOf, alertFields, alertsFor } from "../../serve/options.ts";
import { runFolders } from "../../shadow/comparer.ts";
import { shadowFields, shadowOptionsOf } from "../../shadow/fields.ts";
import { startShadowing, type RunningShadow } from "../../stages/shadow.ts";
import { defineCommand } from "../define.ts";
import { ended } from "../ended.ts";

export const command = defineCommand({
  name: "shadow",
  positionals: "",
  summary:
    "compare live traffic as it flows: the client gets old's answer, a candidate is asked too",
  options: z.object({
    ...shadowFields,
    listen: z.string().optional().describe("HOST:PORT that clients call instead of the node"),
    sink: z
      .string()
      .optional()
      .describe("HOST:PORT for a mirror's copies, in place of --listen: both nodes are then asked"),
    out: z
      .string()
      .describe("folder of the run that grows, such as reports/NAME; gone on with if it is there"),
    host: z
      .enum(["auto", "keep", "upstream"])
      .default("auto")
      .describe("Host header: auto rewrites it for https and for targets that are named"),
    admin: z.string().optional().describe("HOST:PORT of the page, /v1, /metrics and /healthz"),
    ...agentFields,
    ...alertFields,
    window: z
      .string()
      .default("1h")
      .describe("what the verdict is over where a request names no window"),
    accepted: z
      .string()
      .optional()
      .describe("accepted findings (default: accepted.yaml if there is one)"),
    token: z
      .string()
      .optional()
      .describe(
        "what who asks --admin must know; best given as SHADOWDIFF_TOKEN, needed off loopback",
      ),
    ...redactionFields,
    captureMemory: size()
      .default(recorderDefaults.limits.captureMemoryBytes)
      .describe("all that reading what passes may hold; what does not fit is not compared"),
    duration: duration().optional().describe("stop after this time (default: when interrupted)"),
    drain: duration()
      .default(recorderDefaults.drainMs)
      .describe("time for open requests at the end"),
  }),
  examples: [
    [
      "shadowdiff shadow --target http://10.0.0.1:8545 --candidate http://10.0.0.2:8545 --listen 127.0.0.1:9545 --out reports/live --admin 127.0.0.1:9191",
      "clients call port 9545; the page is at port 9191",
    ],
    [
      "shadowdiff shadow --target http://10.0.0.1:8545 --candidate http://10.0.0.2:8545 --sink 127.0.0.1:9545 --sample 5% --out reports/live",
      "nginx, Envoy or HAProxy mirrors to port 9545",
    ],
  ],
  async run(given, context) {
    const { cwd, env, signal, stderr, stdout } = context;
    const note = (text: string): void => void stderr.write(`${text}\n`);
    if ((given.listen === undefined) === (given.sink === undefined)) {
      throw usageError("shadow takes either --listen or --sink", {
        details: ["--listen stands in front of the node; --sink receives copies from a mirror."],
      });
    }
    const mirrored = given.sink !== undefined;
    const out = path.resolve(cwd, given.out);
    const options = shadowOptionsOf(given, mirrored);
    for (const method of options.allowMethods)
      note(`Warning: ${method} is sent because of --allow-method; it may not be harmless.`);
    const { classify } = parseJudging(context.file);
    const running = await startShadowing({
      options,
      classify,
      out,
      stored: {
        sample: given.sample,
        sampleBy: given.sampleBy,
        extraLoad: given.extraLoad,
        mirrored,
        include: [...given.include],
        exclude: [...given.exclude],
        allowMethods: [...given.allowMethod],
        pin: "live",
      },
      upstream: mirrored ? null : { url: given.target, host: given.host },
      listen: parseListen(given.listen ?? given.sink ?? "", mirrored ? "--sink" : "--listen"),
      rules: redactionRules(given, given.target === undefined ? [] : [given.target]),
      key: loadKey(env),
      maxBodyBytes: given.maxBody,
      captureMemoryBytes: given.captureMemory,
      drainMs: given.drain,
      server: serverOf(given, runFolders(out, options.candidates.length), context.filePath, {
        env,
        cwd,
      }),
      note,
    });
    const forgetNet = keepTrafficGoing(running, note);
    note(
      mirrored
        ? `Comparing a mirror's copies sent to ${running.url}`
        : `In front of ${displayUrl(given.target)} at ${running.url}`,
    );
    await ended(signal, given.duration);
    note("Stopping: open requests may end first");
    await running.stop();
    forgetNet();
    stdout.write(`Run: ${given.out}\n`);
    return EXIT.ok;
  },
});

interface Asked {
  readonly admin?: string | undefined;
  readonly agent?: string | undefined;
  readonly agentOnFail: "down" | "drain";
  readonly agentOnInconclusive: "hold" | "drain";
  readonly agentWeight?: number | undefined;
  readonly alertSlack?: string | undefined;
  readonly alertWebhook?: string | undefined;
  readonly alertQuiet: number;
  readonly window: string;
  readonly accepted?: string | undefined;
  readonly token?: string | undefined;
}

/** The words with which the program serves the verdict beside the traffic; null where nobody asks for it. */
function serverOf(
  given: Asked,
  folders: readonly string[],
  config: string | null,
  { env, cwd }: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): { words: string[]; env: NodeJS.ProcessEnv } | null {
  const alerts = alertsFor(given, undefined, () => {});
  if (given.admin === undefined && given.agent === undefined && alerts === null) return null;
  const listen = given.admin ?? "127.0.0.1:0";
  // Said here, not by a process of its own.
  accessFor(parseListen(listen, "--admin").host, given.token);
  agentOf(given);
  return {
    words: [
      "serve",
      ...folders,
      "--wait",
      ...(folders.length > 1 ? ["--each"] : []),
      ...option("listen", listen),
      ...option("agent", given.agent),
      ...option("agent-on-fail", given.agentOnFail),
      ...option("agent-on-inconclusive", given.agentOnInconclusive),
      ...option("agent-weight", given.agentWeight),
      ...option("window", given.window),
      ...option("accepted", acceptedFor(given.accepted, cwd)),
      ...option("alert-quiet", `${given.alertQuiet}ms`),
      ...option("config", config ?? undefined),
    ],
    // Secrets go by the environment: a command line can be read by all who are on the machine.
    env: {
      ...env,
      ...variable("SHADOWDIFF_TOKEN", given.token),
      ...variable("SHADOWDIFF_ALERT_SLACK", given.alertSlack),
      ...variable("SHADOWDIFF_ALERT_WEBHOOK", given.alertWebhook),
    },
  };
}

function variable(name: string, value: string | undefined): NodeJS.ProcessEnv {
  return value === undefined ? {} : { [name]: value };
}

/** The server is a process of its own, wherever it runs: the file that counts is the one that counts here. */
function acceptedFor(given: string | undefined, cwd: string): string | undefined {
  const file = acceptedPath(given, cwd);
  return given !== undefined || existsSync(file) ? file : undefined;
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`--${name}`, String(value)];
}

/** A bug that nobody foresaw must cost comparisons, never requests. Gives what takes the net away. */
function keepTrafficGoing(running: RunningShadow, note: (text: string) => void): () => void {
  const caught = (error: unknown): void => {
    running.turnCaptureOff();
    note(`${describeError(error).text}\nNothing is compared any more; traffic goes on.`);
  };
  process.on("uncaughtException", caught);
  process.on("unhandledRejection", caught);
  return () => {
    process.off("uncaughtException", caught);
    process.off("unhandledRejection", caught);
  };
}
