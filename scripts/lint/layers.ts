/**
 * The layers of src/, lowest first: a file imports files of its own layer and of lower ones. The rule reads the real path of an
 * import, and each file has one layer, so that nothing can be switched off by the order of overrides. A folder that stands
 * in no layer is an error: whoever adds one says here where it belongs.
 */
import path from "node:path";

const NODE_PURE = ["node:buffer", "node:crypto", "node:path", "node:util", "node:zlib"];

interface Layer {
  readonly name: string;
  /** Folders or files below src/; the longest one that fits a file counts. */
  readonly rooms: readonly string[];
  /** The only packages and Node modules that it may use, where given; a name stands for all that lies below it, too. */
  readonly packages?: readonly string[];
}

export const LAYERS: readonly Layer[] = [
  { name: "words", rooms: ["model", "errors.ts", "words.ts"], packages: [] },
  { name: "configuration schemas", rooms: ["config"], packages: ["zod", "yaml", "csv-parse"] },
  {
    name: "pure",
    rooms: [
      "wire",
      "protocol",
      "chains",
      "redact",
      "diff",
      "classify",
      "statistics",
      "judge",
      "cases",
      "record/sample",
      "notice/compose",
      "report/view",
    ],
    packages: [
      ...NODE_PURE,
      "zod",
      "fast-json-patch",
      "jstat",
      "d3-scale",
      "d3-shape",
      "@noble/hashes",
      // Its Receiver and PerMessageDeflate turn bytes into messages; they open no socket.
      "ws",
    ],
  },
  {
    name: "edges",
    rooms: [
      "config/files",
      "recording",
      "runs",
      "import",
      "record",
      "replay",
      "report",
      "notice",
      "demo",
    ],
  },
  { name: "stages", rooms: ["stages"] },
  { name: "command line", rooms: ["cli", "main.ts"] },
];

/** Only the command line knows its words. */
const COMMAND_LINE_ONLY = ["yargs"];

const rooms = LAYERS.flatMap((layer, height) => layer.rooms.map((room) => ({ room, height })));
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
