/** Lets sendings through, and one of them alone when it must not share the target with others of ours. */
export interface Gate {
  /** Null while sending is open, else resolves when it opens. */
  closed(): Promise<void> | null;
  /** Called around each sending, after `closed` gave null. */
  enter(): void;
  leave(): void;
  /** Holds back the others, waits until none is under way, and runs `work`. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(): Gate {
  let underWay = 0;
  let quiet: (() => void) | null = null;
  let opened: Promise<void> | null = null;
  let lonely: Promise<unknown> = Promise.resolve();

  async function runAlone<T>(work: () => Promise<T>): Promise<T> {
    const opening = Promise.withResolvers<void>();
    opened = opening.promise;
    if (underWay > 0) {
      const silence = Promise.withResolvers<void>();
      quiet = silence.resolve;
      await silence.promise;
      quiet = null;
    }
    try {
      return await work();
    } finally {
      opened = null;
      opening.resolve();
    }
  }

  return {
    closed: () => opened,
    enter() {
      underWay++;
    },
    leave() {
      underWay--;
      if (underWay === 0) quiet?.();
    },
    alone(work) {
      const turn = lonely.then(() => runAlone(work));
      lonely = turn.catch(() => {});
      return turn;
    },
  };
}
