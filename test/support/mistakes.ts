import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { runCli, type CliResult } from "./cli.ts";

/** A mistake that people make: a line as it is typed, with what the environment is besides. */
export interface Mistake {
  readonly what: string;
  readonly line: string;
  readonly code: number;
  readonly env?: Readonly<Record<string, string>>;
}

const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
const PAIR = `{"request":${REQUEST},"old":{"jsonrpc":"2.0","id":1,"result":"0x1"},"candidate":{"jsonrpc":"2.0","id":1,"result":1}}`;
const NOW = new Date("2026-11-25T12:00:00Z");
const SIDES = "--old OLD --candidate OLD --out new";

export const MISTAKES: readonly Mistake[] = [
  { what: "a typo in a command", line: "replya", code: 2 },
  { what: "a typo in an option", line: "gate run --fial-on risky", code: 2 },
  { what: "half a command", line: "notice", code: 2 },
  { what: "no arguments", line: "replay", code: 2 },
  { what: "an option twice", line: "gate run --fail-on risky --fail-on info", code: 2 },
  { what: "an option without its value", line: "replay good.sqlite --old", code: 2 },
  { what: "a recording that is missing", line: `replay gone.sqlite ${SIDES}`, code: 2 },
  { what: "a file that is no recording", line: `replay calls.jsonl ${SIDES}`, code: 2 },
  {
    what: "a port that nobody listens at",
    line: "check --old http://127.0.0.1:1 --candidate OLD",
    code: 4,
  },
  {
    what: "a host that is not known",
    line: "check --old http://node.invalid --candidate OLD",
    code: 4,
  },
  {
    what: "https for a node that speaks http",
    line: "check --old https://OLDHOST --candidate OLD",
    code: 4,
  },
  { what: "a URL without its scheme", line: "check --old localhost:8545 --candidate OLD", code: 2 },
  { what: "two URLs in one", line: "check --old http://a:1,http://b:2 --candidate OLD", code: 2 },
  {
    what: "a node that wants a password",
    line: "check --old LOCKED/v2/canary --candidate OLD",
    code: 2,
  },
  { what: "a web page in place of a node", line: "check --old PAGE --candidate OLD", code: 2 },
  { what: "nodes of two networks", line: "check --old OLD --candidate OTHER", code: 2 },
  { what: "a recording of another network", line: `replay chain5.sqlite ${SIDES}`, code: 2 },
  {
    what: "a recording of an unknown network in CI",
    line: `replay good.sqlite ${SIDES}`,
    code: 2,
    env: { CI: "true" },
  },
  {
    what: "an include that matches nothing",
    line: `replay good.sqlite ${SIDES} --include eth_chainID`,
    code: 2,
  },
  {
    what: "a folder that has a run already",
    line: "replay good.sqlite --old OLD --candidate OLD --out run",
    code: 2,
  },
  {
    what: "a port that is taken",
    line: "record --target OLD --listen OLDHOST --out new.sqlite",
    code: 4,
  },
  {
    what: "a port without a host",
    line: "record --target OLD --listen 9545 --out new.sqlite",
    code: 2,
  },
  {
    what: "a recording that would be overwritten",
    line: "import calls.jsonl --out good.sqlite",
    code: 2,
  },
  { what: "a format that is not known", line: "report run --format pdf", code: 2 },
  { what: "a folder without a run", line: "gate reports", code: 2 },
  {
    what: "a misspelt variable",
    line: "gate run",
    code: 2,
    env: { SHADOWDIFF_CANDIDTE: "http://a" },
  },
  { what: "a tab in the settings", line: "gate run --config tab.yaml", code: 2 },
  { what: "a misspelt setting", line: "gate run --config typo.yaml", code: 2 },
  {
    what: "a misspelt option in the settings of another command",
    line: "run candidte.yaml",
    code: 2,
  },
  { what: "a value of the wrong type in the settings", line: "run type.yaml", code: 2 },
  { what: "settings that are missing", line: "run gone.yaml", code: 2 },
  { what: "no settings at all", line: "run", code: 2 },
  {
    what: "an upgrade file that lacks facts",
    line: "notice draft run --upgrade upgrade.yaml",
    code: 2,
  },
  { what: "no upgrade file", line: "notice draft run --upgrade gone.yaml", code: 2 },
  { what: "half a fingerprint", line: "accept run 0123 --reason x --owner y", code: 2 },
  {
    what: "an expiry that is no date",
    line: "accept run FINGERPRINT --reason x --owner y --expires tomorrow",
    code: 2,
  },
  {
    what: "accepting in CI",
    line: "accept run FINGERPRINT --reason x --owner y",
    code: 2,
    env: { CI: "1" },
  },
  { what: "requests given as pairs", line: "compare calls.jsonl --out new", code: 2 },
  { what: "a call without its envelope", line: "import bare.jsonl --out new.sqlite", code: 2 },
  { what: "a kind that is none", line: "explain field-remove", code: 2 },
  { what: "a folder in place of a recording", line: `replay run ${SIDES}`, code: 2 },
  { what: "a run in place of a recording", line: "inspect run", code: 2 },
  { what: "a recording in place of a run", line: "gate good.sqlite", code: 2 },
  { what: "a recording given as pairs", line: "compare good.sqlite --out new", code: 2 },
  { what: "an array given as pairs", line: "compare array.json --out new", code: 2 },
  { what: "an empty file given as pairs", line: "compare empty.jsonl --out new", code: 2 },
  { what: "a run that is compared over", line: "compare pairs.jsonl --out run", code: 2 },
  { what: "a recording to import", line: "import good.sqlite --out new.sqlite", code: 2 },
  {
    what: "arguments swapped",
    line: "replay OLD --old good.sqlite --candidate OLD --out new",
    code: 2,
  },
  {
    what: "a file where a folder is to be",
    line: "replay good.sqlite --old OLD --candidate OLD --out good.sqlite",
    code: 2,
  },
  { what: "a negative number", line: `replay good.sqlite ${SIDES} --concurrency -3`, code: 2 },
  { what: "no time at all", line: `replay good.sqlite ${SIDES} --timeout 0`, code: 2 },
  {
    what: "a huge number",
    line: `replay good.sqlite ${SIDES} --concurrency 999999999999`,
    code: 2,
  },
  {
    what: "a day that is none",
    line: "accept run FINGERPRINT --reason x --owner y --expires 2027-02-30",
    code: 2,
  },
  {
    what: "a day that is over",
    line: "accept run FINGERPRINT --reason x --owner y --expires 2020-01-01",
    code: 2,
  },
  { what: "a variable that YAML does not know", line: "run variable.yaml", code: 2 },
  { what: "a key twice", line: "gate run --config twice.yaml", code: 2 },
  { what: "an anchor that is not there", line: "gate run --config anchor.yaml", code: 2 },
  { what: "a list of settings", line: "gate run --config list.yaml", code: 2 },
  { what: "a percentage without its sign", line: "gate run --config percent.yaml", code: 2 },
  { what: "a folder as settings", line: "gate run --config reports", code: 2 },
  { what: "a folder that can't be made", line: "init /proc/x/y", code: 4 },
  {
    what: "a recording where no folder can be made",
    line: "import calls.jsonl --out /proc/x/y.sqlite",
    code: 2,
  },
  {
    what: "a run where no folder can be made",
    line: "compare pairs.jsonl --out /proc/x/run",
    code: 4,
  },
  { what: "a verdict for want of traffic", line: "gate same", code: 3 },
  { what: "a verdict that is not the wished one", line: "gate run", code: 1 },
];

export interface Workplace {
  readonly cwd: string;
  /** Runs a mistake; what changes from time to time is replaced by a name. */
  make(mistake: Mistake): Promise<CliResult>;
  close(): void;
}

/** A folder with good and bad files, and nodes of several kinds. `cwd` is empty. */
export async function mistakesIn(cwd: string): Promise<Workplace> {
  const servers = {
    OTHER: await serve(chain("0x5")),
    LOCKED: await serve(() => ({
      status: 401,
      type: "text/html",
      text: "<html>Unauthorized</html>",
    })),
    PAGE: await serve(() => ({ type: "text/html", text: "<html>Welcome to nginx!</html>" })),
    OLD: await serve(chain("0x1")),
  };
  const files: Readonly<Record<string, string>> = {
    "calls.jsonl": `${REQUEST}\n`,
    "bare.jsonl": '{"method":"eth_chainId"}\n',
    "pairs.jsonl": `${PAIR}\n`,
    "same.jsonl": `${PAIR.replace('"result":1', '"result":"0x1"')}\n`,
    "tab.yaml": "failOn:\n\tbreaking\n",
    "typo.yaml": "failOnn: risky\n",
    "candidte.yaml": "replay: { candidte: [http://a] }\n",
    "type.yaml": "replay: { concurrency: many }\n",
    "array.json": `[${PAIR}]\n`,
    "empty.jsonl": "",
    "variable.yaml": 'replay: { old: ["${OLD_URL}"] }\n',
    "twice.yaml": "failOn: risky\nfailOn: info\n",
    "anchor.yaml": "failOn: *strict\n",
    "list.yaml": "- failOn: risky\n",
    "percent.yaml": "require: { methodCoverage: 95 }\n",
    "upgrade.yaml": "id: geth\nclient: geth\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
  mkdirSync(path.join(cwd, "reports"));
  const env = { HOME: cwd };
  const shell = (line: string) => runCli(line.split(" "), { cwd, env, now: NOW });
  await shell("import calls.jsonl --out good.sqlite");
  await shell("import calls.jsonl --out chain5.sqlite --chain-id 5");
  await shell("compare pairs.jsonl --out run");
  await shell("compare same.jsonl --out same");
  const explained = await shell("gate run --json");
  const { findings } = JSON.parse(explained.stdout) as { findings: { fingerprint: string }[] };
  const fingerprint = findings[0]?.fingerprint ?? "";
  const names: readonly (readonly [string, string])[] = [
    ["FINGERPRINT", fingerprint],
    ["OLDHOST", new URL(servers.OLD.url).host],
    ...Object.entries(servers).map(([name, { url }]) => [name, url] as const),
  ];
  return {
    cwd,
    async make({ line, env: more = {} }) {
      const words = line
        .split(" ")
        .map((word) => names.reduce((text, [name, value]) => text.replace(name, value), word));
      const result = await runCli(words, { cwd, env: { ...env, ...more }, now: NOW });
      const plain = (text: string): string =>
        // A URL before the host in it.
        names
          .toReversed()
          .reduce((shown, [name, value]) => shown.replaceAll(value, name), text)
          .replaceAll(cwd, "FOLDER")
          .replaceAll(/compare-[\dTZ-]+/g, "RUN");
      return { code: result.code, stdout: plain(result.stdout), stderr: plain(result.stderr) };
    },
    close: () => Object.values(servers).forEach(({ close }) => close()),
  };
}

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly text: string;
}

/** A node that says its chain's id to whatever it is asked. */
function chain(chainId: string): () => Answer {
  return () => ({ text: `{"jsonrpc":"2.0","id":1,"result":"${chainId}"}` });
}

async function serve(answer: () => Answer): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const { status = 200, type = "application/json", text } = answer();
    request
      .resume()
      .on("end", () => response.writeHead(status, { "content-type": type }).end(text));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
