/**
 * The layers of src/, lowest first: a file imports files of its own layer and of lower ones. The rule reads the real path of an
 * import, and each file has one layer, so that nothing can be switched off by the order of overrides. A folder that stands
 * in no layer is an error: whoever adds one says here where it belongs.
 */
import path from "node:path";

const NODE_PURE = ["node:buffer", "node:crypto", "node:path", "node:util", "node:zlib"];

interface Layer {
  readonly name: string;
  /** Folders or files below src/ with what happens there; the longest one that fits a file counts. */
  readonly rooms: Readonly<Record<string, string>>;
  /** The only packages and Node modules that it may use, where given; a name stands for all that lies below it, too. */
  readonly packages?: readonly string[];
}

export const LAYERS: readonly Layer[] = [
  {
    name: "words",
    rooms: {
      model: "the words of the product as types, and how a Comparison comes about; imports nothing",
      "errors.ts": "exit codes, and errors that a person can act on",
      "words.ts": "numbers, rates, ages and lines of text",
      "page.ts": "a page without scripts, and text escaped for it",
    },
    packages: [],
  },
  {
    name: "configuration schemas",
    rooms: {
      config:
        "one zod schema each: types, JSON Schema, `--help`; flag > environment > file > default, resolved once",
    },
    packages: ["zod", "yaml", "csv-parse"],
  },
  {
    name: "pure",
    rooms: {
      wire: "bytes into messages: HTTP and WebSocket reading, one content decoder; knows no protocol",
      protocol:
        "how a call is written in JSON-RPC and REST: calls, batches, ids, errors, blocks; one list of phrases",
      chains:
        "what is known of each chain: methods, routes, drifting paths, heads, networks, capabilities; mostly data",
      redact: "what may stay of an exchange, and tokens for what may not",
      diff: "two texts into facts: lossless numbers, aligned lists, paths; knows no severity",
      classify:
        "one pair into its state and its differences with kinds; rules, known changes and clients as data",
      conformance:
        "a specification (OpenRPC) and two answers into who departs from it, in bounded time",
      proof:
        "an answer into what of itself it proves or contradicts: hashes, roots, filters, senders",
      statistics: "intervals and tests",
      judge:
        "one pure function over facts, settings, accepted findings and the time: severity, status, verdict",
      cases: "probes of what a changelog names",
      "watch/triage":
        "what a release is, what its notes say, what changed since, how far a node is behind",
      "upgrade/steps": "the playbook's steps and the evidence that ticks them",
      "rollout/decide": "what to do at a moment of a roll-out; weights for a share",
      "record/sample": "which exchanges are kept, and with what probability",
      parity:
        "a judged run between two clients into whether traffic can fail over, as text and page",
      "notice/compose": "a judged run and an upgrade into what one customer is told",
      "report/view": "a judged run into what a report shows",
    },
    packages: [
      ...NODE_PURE,
      "zod",
      "fast-json-patch",
      "jstat",
      "d3-scale",
      "d3-shape",
      "@noble/hashes",
      "@scure/bip39",
      "@noble/curves",
      "@ethereumjs/rlp",
      "@ethereumjs/mpt",
      "ajv",
      // Reads specifications that are YAML; touches no file.
      "yaml",
      // Only to bound the time of a schema of somebody else.
      "node:vm",
      // Its Receiver and PerMessageDeflate turn bytes into messages; they open no socket.
      "ws",
    ],
  },
  {
    name: "edges",
    rooms: {
      "config/files": "configuration, customers, upgrades, accepted findings and the key as files",
      recording:
        "the SQLite file of exchanges: schema, migrations, compressed blocks, reader and writer",
      runs: "`run.sqlite`: counts, groups, bounded samples; facts only",
      scale:
        "recordings divided into shards by a plan, and who does them: processes, or workers of a queue",
      import: "HAR, `.gor`, JSON Lines, curl and `.io` into exchanges; pairs files into pairs",
      record:
        "a proxy of socket pipes with a passive reader beside the path, or a sink for mirrored copies",
      replay: "check, pin, send to both sides, control, settle, confirm",
      shadow:
        "live traffic asked of the candidate too, compared, settled, kept in a run that grows",
      serve:
        "the verdict as an interface: HTTP for rollout engines, metrics, HAProxy's agent-check",
      report: "a view into HTML, JSON, JUnit, Markdown and annotations",
      notice: "a notice's life, its formats and its delivery",
      watch: "releases of clients from GitHub and feeds; what was told of them, once",
      upgrade: "an upgrade's folder: evidence, signatures, status as text and page",
      rollout: "shifting traffic through an engine, by a journal",
      "pause.ts": "a wait that an interruption ends",
      "make-folder.ts": "a folder and those above it, made without going round for ever",
      "sqlite.ts": "opening a file of ours and bringing it to the newest format",
      demo: "two real node versions on one chain, and traffic for them",
    },
  },
  {
    name: "stages",
    rooms: {
      stages: "one file a verb, each a main path on one screen",
      "index.ts": "what the package gives to programs: record, replay, compare, judge, render",
    },
  },
  {
    name: "command line",
    rooms: {
      cli: "words to one stage and back to an exit code",
      "main.ts": "the program's door",
    },
  },
];

/** Only the command line knows its words. */
const COMMAND_LINE_ONLY = ["yargs"];

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The rooms as a table of docs/ARCHITECTURE.md. */
export function roomsTable(): string {
  return [
    row(["layer", "room", "what happens there"]),
    row(["---", "---", "---"]),
    ...LAYERS.flatMap(({ name, rooms }, height) =>
      Object.entries(rooms).map(([room, what], index) =>
        row([index === 0 ? `${height} ${name}` : "", `\`${room}\``, what]),
      ),
    ),
  ].join("\n");
}

const rooms = LAYERS.flatMap((layer, height) =>
  Object.keys(layer.rooms).map((room) => ({ room, height })),
);
rooms.sort((one, other) => other.room.length - one.room.length);

/** Height of the layer of a file below src/ (a path with slashes), or null where no layer names it. */
function heightOf(file: string): number | null {
  const found = rooms.find(({ room }) => file === room || file.startsWith(`${room}/`));
  return found === undefined ? null : found.height;
}

/** What an import from `file` (both below src/) breaks, in words; null where it is allowed. */
function broken(file: string, source: string): string | null {
  const height = heightOf(file);
  const layer = height === null ? undefined : LAYERS[height];
  if (height === null || layer === undefined)
    return `src/${file} stands in no layer: name its folder in scripts/lint/layers.ts.`;
  const { name, packages } = layer;
  if (source.startsWith(".")) {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), source));
    if (target.startsWith("../")) return null;
    const other = heightOf(target);
    if (other === null || other <= height) return null;
    return `A file of the layer "${name}" imports one of "${LAYERS[other]?.name}", which stands above it.`;
  }
  const within = (list: readonly string[]): boolean =>
    list.some((own) => source === own || source.startsWith(`${own}/`));
  if (packages !== undefined && !within(packages))
    return `A file of the layer "${name}" does not use ${source}.`;
  if (within(COMMAND_LINE_ONLY) && height < LAYERS.length - 1)
    return `Only the command line uses ${source}.`;
  return null;
}

interface ImportNode {
  readonly source?: { readonly value?: unknown } | null;
}

interface Context {
  readonly filename: string;
  report(problem: { readonly node: unknown; readonly message: string }): void;
}

const noUpwardImport = {
  meta: { type: "problem", docs: { description: "a lower layer never imports a higher one" } },
  create(context: Context): Record<string, (node: ImportNode) => void> {
    const filename = context.filename.split(path.sep).join("/");
    const at = filename.lastIndexOf("/src/");
    if (at === -1) return {};
    const file = filename.slice(at + "/src/".length);
    const check = ({ source }: ImportNode): void => {
      if (typeof source?.value !== "string") return;
      const message = broken(file, source.value);
      if (message !== null) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { meta: { name: "layers" }, rules: { "no-upward-import": noUpwardImport } };
