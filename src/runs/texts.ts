import { zstdDecompressSync } from "node:zlib";
import { splitPairId } from "../judge/merge.ts";
import type { SampleTexts, SideText } from "../model/run.ts";
import { openRunFile } from "./open.ts";

/** An opened run's texts, for those who read many samples one after the other. */
export interface TextReader {
  /** Full texts by pair id; ids that the run does not hold are left out. */
  read(pairIds: readonly string[]): Map<string, SampleTexts>;
  close(): void;
}

/** Opens a run for its texts; opening costs as much as reading many of them. */
export function openSampleTexts(directory: string): TextReader {
  const database = openRunFile(directory);
  const find = database.prepare("SELECT * FROM pairs WHERE pair_id = ?");
  return {
    read(pairIds) {
      const texts = new Map<string, SampleTexts>();
      for (const pairId of pairIds) {
        const row = find.get(pairId) as PairRow | undefined;
        if (row !== undefined) texts.set(pairId, textsOf(pairId, row));
      }
      return texts;
    },
    close: () => void database.close(),
  };
}

/** As `openSampleTexts`, of several runs that were judged as one: their pairs' ids begin with the number of their run. */
export function openTextsOfRuns(folders: readonly string[]): TextReader {
  const [only, ...others] = folders;
  if (only !== undefined && others.length === 0) return openSampleTexts(only);
  const readers = folders.map(openSampleTexts);
  return {
    read(pairIds) {
      const texts = new Map<string, SampleTexts>();
      for (const [run, ids] of Map.groupBy(pairIds, (id) => splitPairId(id).run)) {
        const found = readers[run]?.read(ids.map((id) => splitPairId(id).pairId));
        for (const id of ids) {
          const own = found?.get(splitPairId(id).pairId);
          if (own !== undefined) texts.set(id, { ...own, pairId: id });
        }
      }
      return texts;
    },
    close: () => readers.forEach((reader) => reader.close()),
  };
}

/** Full texts of samples, by pair id; ids that the run does not hold are left out. */
export function readSampleTexts(
  directory: string,
  pairIds: readonly string[],
): Map<string, SampleTexts> {
  const reader = openSampleTexts(directory);
  try {
    return reader.read(pairIds);
  } finally {
    reader.close();
  }
}

function textsOf(pairId: string, row: PairRow): SampleTexts {
  return {
    pairId,
    method: row.method,
    request: textOf(row.request) ?? "",
    ...(row.asked === null ? {} : { asked: textOf(row.asked) ?? "" }),
    old: side(row.old_outcome, row.old_status, row.old_body, row.old_cut),
    candidate: side(
      row.candidate_outcome,
      row.candidate_status,
      row.candidate_body,
      row.candidate_cut,
    ),
  };
}

interface PairRow {
  readonly method: string;
  readonly request: Buffer;
  readonly asked: Buffer | null;
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
