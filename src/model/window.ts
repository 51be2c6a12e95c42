/** The part of a run that a verdict is over: the last so many ms, or everything since a moment (Unix ms). */
export type Window =
  | { readonly last: number; readonly text: string }
  | { readonly since: number; readonly text: string };

/** When a window begins, Unix ms. */
export function windowStart(window: Window, now: number): number {
  return "last" in window ? now - window.last : window.since;
}
