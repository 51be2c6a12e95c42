import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { completionScript, SHELLS } from "../completion-scripts.ts";
import { defineCommand } from "../define.ts";
import { print } from "../print.ts";

export const command = defineCommand({
  name: "completion",
  positionals: "[shell]",
  summary: "the script with which a shell completes commands and options",
  options: z.object({
    shell: z.enum(SHELLS).default("bash").describe("bash, zsh or fish"),
  }),
  examples: [
    ['eval "$(shadowdiff completion bash)"', "in this shell; put the line into ~/.bashrc to stay"],
    [
      "shadowdiff completion fish > ~/.config/fish/completions/shadowdiff.fish",
      "for fish, once and for all",
    ],
  ],
  async run({ shell }, { stdout }) {
    await print(stdout, completionScript(shell));
    return EXIT.ok;
  },
});
