import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { check } from "../../replay/check/check.ts";
import { checkTable } from "../check-table.ts";
import { sidesOf, targetFields } from "../../replay/given/fields.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "check",
  positionals: "",
  summary: "are old and candidate comparable: network, versions, namespaces, limits, oldest state",
  options: z.object({
    ...targetFields,
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff check --old http://10.0.0.1:8545 --candidate http://10.0.0.2:8545",
      "before a replay; nothing is changed on the nodes",
    ],
  ],
  async run(given, context) {
    const { chain = null, allowBalanced, timeout } = given;
    const { signal } = context;
    const options = { chain, allowBalanced, timeoutMs: timeout, recorded: [], signal };
    const result = await check({ ...sidesOf(given), ...options });
    await printResult(context, given.json, result, checkTable(result));
    const sides = [
      ...given.old.flatMap((url) => ["--old", url]),
      ...given.candidate.flatMap((url) => ["--candidate", url]),
    ];
    const words = ["replay", "RECORDING", ...sides, "--out", "reports/NAME"];
    suggest(context, [["compare them over recorded traffic", words]]);
    return EXIT.ok;
  },
});
