import { createContext, Script } from "node:vm";

const context = createContext(Object.create(null) as object);
const script = new Script("run()");

/**
 * Runs something of which nobody knows how long it takes: a schema of somebody else may hold a pattern or a recursion that
 * never ends. Null when the time is up or the stack is full; other errors go on.
 * @param limitMs how long it may take
 */
export function bounded<T>(run: () => T, limitMs: number): { readonly value: T } | null {
  let result: { readonly value: T } | null = null;
  context["run"] = () => {
    result = { value: run() };
  };
  try {
    script.runInContext(context, { timeout: limitMs });
    return result;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT" || error instanceof RangeError) return null;
    throw error;
  }
}
