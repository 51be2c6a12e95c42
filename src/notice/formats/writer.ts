import type { ExcerptLine } from "../compose/model.ts";

/** How a format shows each sort of content. Every method takes raw text and returns something inert in the format. */
export interface Writer {
  /** Running text on one line. */
  text(raw: string): string;
  /** A name, value or request as code on one line. */
  code(raw: string): string;
  /** The same inside a table's cell. */
  cellCode(raw: string): string;
  link(url: string, label: string): string;
  /** Code as it stands, over several lines. */
  listing(raw: string): string;
  /** Lines of code, those that differ marked with `sign`. */
  block(lines: readonly ExcerptLine[], sign: "-" | "+"): string;
}
