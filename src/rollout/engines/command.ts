import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { messageOf, runFailure } from "../../errors.ts";
import type { Engine } from "./engine.ts";

const run = promisify(execFile);

const side = z.object({
  up: z.number(),
  total: z.number(),
  requests: z.number().default(0),
  errors: z.number().default(0),
});
const view = z.object({ weight: z.number(), old: side, candidate: side });

/** A team's own two programs: one sets the share, one says what is there. No shell reads their words. */
export function commandEngine(settings: {
  readonly set: readonly string[];
  readonly look: readonly string[];
  readonly timeoutMs: number;
}): Engine {
  const start = async (words: readonly string[]): Promise<string> => {
    const [program = "", ...rest] = words;
    try {
      const { stdout } = await run(program, rest, {
        timeout: settings.timeoutMs,
        maxBuffer: 1 << 20,
      });
      return stdout;
    } catch (cause) {
      throw runFailure(`${program} failed: ${messageOf(cause).split("\n")[0]}`, { cause });
    }
  };
  const set = async (weight: number): Promise<void> => {
    await start([...settings.set, String(weight)]);
  };
  return {
    async look() {
      const text = await start(settings.look);
      try {
        return view.parse(JSON.parse(text));
      } catch (cause) {
        throw runFailure(`${settings.look[0]} does not print what is there as JSON.`, { cause });
      }
    },
    set,
    drop: () => set(0),
    close: () => Promise.resolve(),
  };
}
