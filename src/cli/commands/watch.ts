import path from "node:path";
import { z } from "zod";
import { duration } from "../../config/fields.ts";
import { readWatch } from "../../config/files/watch-file.ts";
import { EXIT } from "../../errors.ts";
import { transportsFrom } from "../../stages/notice-send.ts";
import { openUpgrades } from "../../stages/upgrade.ts";
import { watchOnce, type Watched } from "../../stages/watch.ts";
import { WatchStore } from "../../watch/store.ts";
import { wordsOf } from "../../watch/triage/words.ts";
import { plural } from "../../words.ts";
import { defineCommand, type CommandContext } from "../define.ts";
import { print } from "../print.ts";

export const command = defineCommand({
  name: "watch",
  positionals: "[settings]",
  ownConfig: { positional: "settings", key: "clients" },
  summary:
    "releases of the clients that you run: new, edited, withdrawn; how far your nodes are behind",
  options: z.object({
    settings: z.string().default("watch.yaml").describe("which clients, which nodes, who is told"),
    every: duration().optional().describe("look again after this long, until stopped; else once"),
    state: z.string().default("watch.sqlite").describe("what was seen and told"),
    open: z.boolean().default(false).describe("make an upgrade's folder for each new release"),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe("let webhooks go to private addresses and over http"),
    json: z.boolean().default(false).describe("print what was found as JSON"),
  }),
  examples: [
    ["shadowdiff watch", "one look, for cron; exit 1 where a node is too far behind"],
    ["shadowdiff watch --every 10m --open", "as a service, with a folder for each new release"],
  ],
  async run(options, context) {
    const { cwd, env, now, signal } = context;
    const settings = readWatch(path.resolve(cwd, options.settings));
    using store = new WatchStore(path.resolve(cwd, options.state));
    const transports = transportsFrom({
      env,
      allowPrivate: options.allowPrivate,
      timeoutMs: 20_000,
      now,
    });
    const token = env["SHADOWDIFF_GITHUB_TOKEN"];
    try {
      for (;;) {
        const watched = await watchOnce({ settings, store, transports, token, now, signal });
        await say(watched, options.json, context);
        if (options.open)
          for (const folder of openUpgrades(
            path.resolve(cwd, settings.upgrades),
            watched.fresh,
            now(),
          ))
            context.stderr.write(`Opened ${path.relative(cwd, folder)}\n`);
        if (options.every === undefined) return exitOf(watched);
        if (signal.aborted || !(await paused(options.every, signal))) return EXIT.ok;
      }
    } finally {
      await Promise.all(transports.map((transport) => transport.close()));
    }
  },
});

function exitOf({ fleet, problems }: Watched): number {
  if (fleet.some(({ tooFar }) => tooFar)) return EXIT.gateFailed;
  return problems.length > 0 ? EXIT.failed : EXIT.ok;
}

async function say(watched: Watched, json: boolean, context: CommandContext): Promise<void> {
  const { events, fleet, problems, told } = watched;
  if (json) {
    await print(context.stdout, `${JSON.stringify({ events, fleet, problems, told })}\n`);
  } else {
    for (const event of events) {
      const { subject, lines } = wordsOf(event);
      await print(context.stdout, `${subject}\n${lines.map((line) => `  ${line}\n`).join("")}\n`);
    }
    for (const { node, version, behind, tooFar } of fleet) {
      if (behind === null) continue;
      const lag =
        behind.releases === 0
          ? "the newest"
          : `${plural(behind.releases, "release")} and ${plural(behind.days, "day")} behind ${behind.newest}`;
      await print(context.stdout, `${tooFar ? "! " : "  "}${node}  ${version}  ${lag}\n`);
    }
    if (events.length === 0) await print(context.stdout, "Nothing new.\n");
  }
  for (const problem of [...problems, ...told.problems]) context.stderr.write(`${problem}\n`);
  if (told.delivered > 0) context.stderr.write(`Told ${plural(told.delivered, "time")}.\n`);
}

/** False where it was stopped meanwhile. */
function paused(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve(false);
      },
      { once: true },
    );
  });
}
