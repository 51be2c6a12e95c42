/** Something that can be added to the program by a template. Paths are below the project's root. */
export interface Piece {
  readonly kind: string;
  /** `rule NAME SEVERITY`, as it is typed. */
  readonly usage: string;
  make(name: string, words: readonly string[]): Made;
}

export interface Made {
  readonly files: Readonly<Record<string, string>>;
  /** A change that gives back the text as it was found no place to stand. */
  readonly edits: readonly { readonly file: string; readonly change: (text: string) => string }[];
  /** What is left to do by hand, a line each. */
  readonly next: readonly string[];
}

/** `field-renamed` as an identifier: `fieldRenamed`. */
export function identifier(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** An import line in its alphabetical place among those of the same form. */
export function withImport(text: string, line: string): string {
  const lines = text.split("\n");
  const at = lines.findIndex((own) => /^import \{ \w+ \} from "\.\//.test(own) && own > line);
  const last = lines.findLastIndex((own) => own.startsWith("import "));
  lines.splice(at === -1 ? last + 1 : at, 0, line);
  return lines.join("\n");
}
