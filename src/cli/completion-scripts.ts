/** The word with which a shell's script asks what may come next. */
export const COMPLETE = "--complete";

export const SHELLS = ["bash", "zsh", "fish"] as const;

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
