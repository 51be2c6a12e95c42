import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { plural } from "../../words.ts";
import { defineCommand } from "../define.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "export",
  positionals: "<run>",
  summary: "a run's facts as Parquet tables, for DuckDB, ClickHouse and others",
  options: z.object({
    run: z.string().describe("run folder"),
    parquet: z.string().describe("folder for the tables: comparisons, methods, findings …"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff export reports/geth-1.17 --parquet tables/geth-1.17",
      "then: duckdb -c \"SELECT method, sum(calls) FROM 'tables/geth-1.17/comparisons.parquet' GROUP BY method\"",
    ],
  ],
  async run({ run, parquet, json }, context) {
    const { exportParquet } = await import("../../runs/parquet.ts");
    const { cwd } = context;
    const written = exportParquet(path.resolve(cwd, run), path.resolve(cwd, parquet));
    const tables = written.map(({ file, rows }) => ({ file: path.relative(cwd, file), rows }));
    await printResult(
      context,
      json,
      { run, tables },
      tables.map(({ file, rows }) => `${file}: ${plural(rows, "row")}\n`).join(""),
    );
    return EXIT.ok;
  },
});
