import { fieldsOf } from "../config/resolve.ts";
import { positionalsOf } from "./parse.ts";
import { COMMANDS } from "./registry.ts";

/** The word with which a shell's script asks what may come next. */
export const COMPLETE = "--complete";

export const SHELLS = ["bash", "zsh", "fish"] as const;

/**
 * What may stand in place of the last of the words that were typed after `shadowdiff`: commands, options, or the values of
 * an option that has a fixed few. Nothing where a file or a URL is expected: the shell then offers files.
 */
export async function completions(words: readonly string[]): Promise<string[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const row = COMMANDS.find(({ name }) => {
    const parts = name.split(" ");
    return parts.every((part, index) => before[index] === part);
  });
  if (row === undefined) {
    const depth = before.length;
    const next = COMMANDS.filter(({ name }) =>
      before.every((word, index) => name.split(" ")[index] === word),
    ).map(({ name }) => name.split(" ")[depth] ?? "");
    return matching([...new Set(next), ...(depth === 0 ? ["help", "--version"] : [])], typed);
  }
  const { command } = await row.load();
  const fields = fieldsOf(command.options);
  const positionals = positionalsOf(command);
  const asked = fields.find(({ flag }) => flag === before.at(-1));
  if (asked !== undefined && asked.kind !== "boolean") return matching(asked.choices ?? [], typed);
  if (!typed.startsWith("-")) return matching(fixedWords(fields, positionals), typed);
  const flags = fields.filter(({ name, kind, flag }) => {
    const given = before.includes(flag) && kind !== "list";
    return !positionals.includes(name) && !given;
  });
  return matching([...flags.map(({ flag }) => flag), "--config", "--help"], typed);
}

function fixedWords(
  fields: ReturnType<typeof fieldsOf>,
  positionals: readonly string[],
): readonly string[] {
  return fields.find(({ name, choices }) => positionals.includes(name) && choices)?.choices ?? [];
}

function matching(words: readonly string[], typed: string): string[] {
  return words.filter((word) => word !== "" && word.startsWith(typed));
}

/** The script that a shell evaluates at its start. */
export function completionScript(shell: (typeof SHELLS)[number]): string {
  return SCRIPTS[shell];
}

const SCRIPTS = {
  bash: `# bash completion of shadowdiff; in ~/.bashrc:  eval "$(shadowdiff completion bash)"
_shadowdiff() {
  local IFS=$'\\n' cur="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(shadowdiff ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  if [ \${#COMPREPLY[@]} -eq 0 ] && [ "\${cur#-}" = "$cur" ]; then
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _shadowdiff shadowdiff
`,
  zsh: `#compdef shadowdiff
# zsh completion of shadowdiff; in ~/.zshrc, after compinit:  eval "$(shadowdiff completion zsh)"
_shadowdiff() {
  local -a found
  found=("\${(@f)$(shadowdiff ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${#found} )) && [[ -n "\${found[1]}" ]]; then
    compadd -- "\${found[@]}"
  else
    _files
  fi
}
compdef _shadowdiff shadowdiff
`,
  fish: `# fish completion of shadowdiff; in ~/.config/fish/completions/shadowdiff.fish
complete -c shadowdiff -a '(shadowdiff ${COMPLETE} (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
} as const;
