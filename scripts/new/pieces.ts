import { chain } from "./chain.ts";
import { format } from "./format.ts";
import { importer } from "./importer.ts";
import type { Piece } from "./piece.ts";
import { rule } from "./rule.ts";

/** What can be made from a template. */
export const PIECES: readonly Piece[] = [rule, chain, format, importer];
