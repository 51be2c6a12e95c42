import { styleText } from "node:util";

/** Which streams take colour. */
export interface Colours {
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export const NO_COLOURS: Colours = { stdout: false, stderr: false };

interface Stream {
  readonly isTTY?: boolean;
}

/**
 * NO_COLOR (https://no-color.org) switches colour off, FORCE_COLOR on, whatever the stream is; otherwise a terminal that can
 * show it gets it, and a pipe or a file does not.
 */
export function coloursFor(
  env: Readonly<Record<string, string | undefined>>,
  streams: { readonly stdout: Stream; readonly stderr: Stream },
): Colours {
  if ((env["NO_COLOR"] ?? "") !== "") return NO_COLOURS;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) {
    const on = force !== "0" && force !== "false";
    return { stdout: on, stderr: on };
  }
  const capable = env["TERM"] !== "dumb";
  return {
    stdout: capable && streams.stdout.isTTY === true,
    stderr: capable && streams.stderr.isTTY === true,
  };
}

export type Style = "red" | "green" | "yellow" | "bold" | "dim";

/** Text in a style, where the stream takes it. Colour never says what the words do not. */
export function paint(on: boolean, style: Style, text: string): string {
  return on ? styleText(style, text, { validateStream: false }) : text;
}
