import path from "node:path";
import { EXIT, usageError } from "../../errors.ts";
import { replayRecordings, rehearseReplay, replayRequest } from "../../stages/replay-recordings.ts";
import { unknownNetworkError, unknownNetworkText } from "../../replay/given/network.ts";
import { summaryOf } from "../../replay/summary.ts";
import { isS3 } from "../../scale/stores/client.ts";
import { createProgress } from "../progress.ts";
import { isCi } from "../ci.ts";
import { specificationField } from "../specification.ts";
import { paint } from "../colour.ts";
import { defineCommand, type CommandContext } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { queued, queueFields } from "../queue.ts";

export const command = defineCommand({
  name: "replay",
  positionals: "<recordings..>",
  summary: "send recorded calls to the old and the candidate version and compare the answers",
  options: replayRequest.extend({ ...queueFields, ...specificationField, ...jsonField }),
  examples: [
    [
      "shadowdiff replay recordings/mainnet.sqlite --old http://10.0.0.1:8545 --candidate http://10.0.0.2:8545 --out reports/geth-1.17",
      "replay to a drained node of each version",
    ],
    [
      "shadowdiff replay recordings/mainnet.sqlite --old http://10.0.0.1:8545 --candidate http://10.0.0.2:8545 --out reports/geth-1.17 --resume",
      "finish a run that was interrupted",
    ],
  ],
  rehearse: (given, { cwd, env }) =>
    rehearseReplay(given, {
      cwd,
      env,
      // Nobody is asked before it is time; a pipeline has to say it.
      onUnknownNetwork: (names) => {
        if (isCi(env)) throw unknownNetworkError(names);
      },
    }),
  async run(given, context) {
    const { cwd, env, stderr, signal, now, terminal, columns, file: settings } = context;
    const note = (text: string): void => void stderr.write(`${text}\n`);
    let progress: ReturnType<typeof createProgress> | null = null;
    const { queue: url } = given;
    const { facts, incomplete } = await replayRecordings(given, {
      cwd,
      env,
      settings,
      signal,
      now,
      note,
      onUnknownNetwork: (names) => settleNetwork(names, context),
      onStart: (total) => {
        progress = createProgress({ out: stderr, terminal, columns, total, now });
      },
      onProgress: (seen) => progress?.show(seen),
      onStanding: (standing) => progress?.stand(standing),
      ...(url === undefined
        ? {}
        : {
            elsewhere: (work) =>
              queued({
                ...work,
                uris: given.recordings.map((uri) => (isS3(uri) ? uri : path.resolve(cwd, uri))),
                given,
                url,
                context,
              }),
          }),
    }).finally(() => progress?.end());
    const { counts, notCompared, sends } = facts;
    await printResult(
      context,
      given.json,
      { run: given.out, incomplete, counts, notCompared, sends },
      `${summaryOf(facts)}Run: ${given.out}\n`,
    );
    suggest(context, [
      ["see what differs", ["report", given.out]],
      ["decide", ["gate", given.out]],
    ]);
    if (incomplete === null) return EXIT.ok;
    note(`The run is incomplete: ${incomplete}. Go on with --resume.`);
    return EXIT.failed;
  },
});

/** A recording of an unknown network: a person is asked, a pipeline has to say it, anything else is warned. */
async function settleNetwork(
  names: readonly string[],
  { env, ask, stderr, colours }: CommandContext,
): Promise<void> {
  if (isCi(env)) throw unknownNetworkError(names);
  stderr.write(
    `${paint(colours.stderr, "yellow", `Warning: ${unknownNetworkText(names)}`)}\n  --network CHAIN_ID says it.\n`,
  );
  if (ask !== null && !(await ask("Is it the nodes' network?")))
    throw usageError("Nothing was sent.", {
      details: ["Say the network with --network CHAIN_ID."],
    });
}
