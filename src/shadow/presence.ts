/** Whether the candidate is there at all. */
export interface Presence {
  readonly isGone: boolean;
  /** What an asking came to. */
  see(answered: boolean): void;
}

/** One lost answer is a hiccup; five in a row are not. */
const GONE_AFTER = 5;

/** Gone after some askings in a row without any answer, and back with the first answer. */
export function createPresence(onChange: (gone: boolean) => void): Presence {
  let silent = 0;
  let isGone = false;
  return {
    get isGone() {
      return isGone;
    },
    see(answered) {
      silent = answered ? 0 : silent + 1;
      const now = isGone ? !answered : silent >= GONE_AFTER;
      if (now === isGone) return;
      isGone = now;
      onChange(isGone);
    },
  };
}
