/**
 * Whether a method's values, which may have drifted with the head, are looked at strictly once more: asked anew of both sides between
 * two looks at the heads, as a replay does it.
 */
export interface Doubts {
  /** True for some calls of each method; each true counts. */
  may(method: string): boolean;
  forget(): void;
}

/** Each costs old some eight requests: enough of them to meet a moment in which no head moves, on any chain. */
const PER_METHOD = 8;
/** Odd methods past this many must not fill the memory. */
const REMEMBERED = 2_000;

export function createDoubts(): Doubts {
  const begun = new Map<string, number>();
  return {
    may(method) {
      const times = begun.get(method) ?? (begun.size < REMEMBERED ? 0 : PER_METHOD);
      if (times >= PER_METHOD) return false;
      begun.set(method, times + 1);
      return true;
    },
    forget: () => begun.clear(),
  };
}
