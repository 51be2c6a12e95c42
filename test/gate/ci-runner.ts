import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A step of a composite action, as action.yml has it. */
interface ActionStep {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default: string }>
  >;
  readonly runs: { readonly steps: readonly ActionStep[] };
}

export interface ShellResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a script as both services do: a file of its own, bash that stops at the first error and at a failing pipe. */
export function runScript(
  script: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<ShellResult> {
  const file = path.join(cwd, ".step.sh");
  writeFileSync(file, script);
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

interface ActionRun {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  /** Steps by name that are left to the caller. */
  readonly skip?: readonly string[];
}

/** Runs an action's steps in order, with the parts of GitHub's expressions that it uses; gives back each step's result. */
export async function runAction(
  action: Action,
  run: ActionRun,
): Promise<Map<string, ShellResult | "used" | "not run">> {
  const outputs = new Map<string, string>();
  const inputs = {
    ...Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, input.default]),
    ),
    ...run.inputs,
  };
  const value = (name: string): string => {
    if (name === "github.token") return "token-of-the-job";
    const [scope, key = "", , output = ""] = name.split(".");
    return (
      (scope === "inputs"
        ? inputs[name.slice("inputs.".length)]
        : outputs.get(`${key}.${output}`)) ?? ""
    );
  };
  const filled = (text: string): string => {
    const once = text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => value(name));
    return once.includes("${{") ? filled(once) : once;
  };
  const results = new Map<string, ShellResult | "used" | "not run">();
  let failed = false;
  for (const step of action.runs.steps) {
    if (!wanted(step.if, failed, value) || run.skip?.includes(step.name)) {
      results.set(step.name, "not run");
      continue;
    }
    if (step.run === undefined) {
      results.set(step.name, "used");
      continue;
    }
    const outputFile = path.join(run.cwd, ".output");
    writeFileSync(outputFile, "");
    const own = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text)]),
    );
    const env = { ...run.env, ...own, GITHUB_OUTPUT: outputFile };
    const result = await runScript(step.run, { cwd: run.cwd, env });
    for (const line of readFileSync(outputFile, "utf8").split("\n")) {
      const [name = "", text = ""] = line.split("=");
      if (step.id !== undefined) outputs.set(`${step.id}.${name}`, text);
    }
    failed ||= result.code !== 0;
    results.set(step.name, result);
  }
  return results;
}

/** `always() && a != 'b'`: clauses joined by &&; without always() a step runs only after success. */
function wanted(
  condition: string | undefined,
  failed: boolean,
  value: (name: string) => string,
): boolean {
  const clauses = condition?.split(" && ") ?? [];
  if (failed && !clauses.includes("always()")) return false;
  return clauses.every((clause) => {
    if (clause === "always()") return true;
    const match = /^([\w.-]+) (==|!=) '([^']*)'$/.exec(clause);
    if (match === null) throw new Error(`not understood: ${clause}`);
    const [, name = "", operator, text] = match;
    return (value(name) === text) === (operator === "==");
  });
}
