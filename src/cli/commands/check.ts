import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { check } from "../../replay/check/check.ts";
import { checkText } from "../../replay/check/text.ts";
import { sidesOf, targetFields } from "../../replay/given/fields.ts";
import { defineCommand } from "../define.ts";

export const command = defineCommand({
  name: "check",
  positionals: "",
  summary: "are old and candidate comparable: network, versions, namespaces, limits, oldest state",
  options: z.object({
    ...targetFields,
    protocol: z.enum(["json-rpc", "rest"]).default("json-rpc").describe("what the nodes speak"),
    json: z.boolean().default(false).describe("print the facts as JSON"),
  }),
  examples: [
    [
      "shadowdiff check --old http://10.0.0.1:8545 --candidate http://10.0.0.2:8545",
      "before a replay; nothing is changed on the nodes",
    ],
  ],
  async run(given, { stdout, signal }) {
    const { protocol, allowBalanced, timeout } = given;
    const options = { protocol, allowBalanced, timeoutMs: timeout, recorded: [], signal };
    const result = await check({ ...sidesOf(given), ...options });
    stdout.write(given.json ? `${JSON.stringify(result, null, 2)}\n` : checkText(result));
    return EXIT.ok;
  },
});
