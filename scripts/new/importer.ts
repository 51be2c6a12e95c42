import { identifier, inList, withImport, type Piece } from "./piece.ts";

/** A format that `import` reads. */
export const importer: Piece = {
  kind: "importer",
  usage: "importer NAME",
  make(name) {
    const own = identifier(name);
    return {
      files: { [`src/import/${name}.ts`]: importerFile(name, own) },
      edits: [
        {
          file: "src/import/importers.ts",
          change: (text) =>
            inList(
              withImport(text, `import { ${own} } from "./${name}.ts";`),
              "IMPORTERS: readonly Importer[] = [",
              own,
            ),
        },
      ],
      next: [
        `read one exchange after the other in src/import/${name}.ts; never throw for bad content`,
        "put a file of the format into test/fixtures/import, with where it came from, and a test beside test/import",
        "name the format in docs/guides/recording.md",
      ],
    };
  },
};

function importerFile(name: string, own: string): string {
  return `import { bareExchange, type Importer } from "./imported.ts";
import { fileLines } from "./split-bytes.ts";

/** One JSON-RPC request a line. */
export const ${own}: Importer = {
  name: "${name}",
  accepts: (fileName) => fileName.endsWith(".${name}"),
  // What a file of another name begins with: nothing that JSON Lines begin with too.
  looksLike: (start) => start.startsWith("# ${name}"),
  async *read(path, displayName) {
    for await (const { bytes, number } of fileLines(path)) {
      if (bytes.length === 0) continue;
      if (bytes[0] === 0x7b) yield { exchange: bareExchange(Buffer.from(bytes)) };
      else yield { bad: { place: \`\${displayName}:\${number}\`, reason: "expected an object" } };
    }
  },
};
`;
}
