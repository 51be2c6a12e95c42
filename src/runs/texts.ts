import { zstdDecompressSync } from "node:zlib";
import type { SampleTexts, SideText } from "../model/run.ts";
import { openRunFile } from "./open.ts";

/** Full texts of samples, by pair id; ids that the run does not hold are left out. */
export function readSampleTexts(
  directory: string,
  pairIds: readonly string[],
): Map<string, SampleTexts> {
  const database = openRunFile(directory);
  try {
    const find = database.prepare("SELECT * FROM pairs WHERE pair_id = ?");
    const texts = new Map<string, SampleTexts>();
    for (const pairId of pairIds) {
      const row = find.get(pairId) as PairRow | undefined;
      if (row === undefined) continue;
      texts.set(pairId, {
        pairId,
        method: row.method,
        request: textOf(row.request) ?? "",
        old: side(row.old_outcome, row.old_status, row.old_body, row.old_cut),
        candidate: side(
          row.candidate_outcome,
          row.candidate_status,
          row.candidate_body,
          row.candidate_cut,
        ),
      });
    }
    return texts;
  } finally {
    database.close();
  }
}

interface PairRow {
  readonly method: string;
  readonly request: Buffer;
  readonly old_outcome: string;
  readonly old_status: number | null;
  readonly old_body: Buffer | null;
  readonly old_cut: string | null;
  readonly candidate_outcome: string;
  readonly candidate_status: number | null;
  readonly candidate_body: Buffer | null;
  readonly candidate_cut: string | null;
}

function side(
  outcome: string,
  status: number | null,
  body: Buffer | null,
  cut: string | null,
): SideText {
  return {
    outcome,
    status,
    text: textOf(body),
    cut: cut === null ? null : (JSON.parse(cut) as SideText["cut"]),
  };
}

function textOf(body: Buffer | null): string | null {
  return body === null ? null : zstdDecompressSync(body).toString("utf8");
}
