/** Lets sendings through, and one of them alone when it must not share the target with others of ours. */
export interface Gate {
  /** Runs `work` together with others. */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Holds back the others, waits until none is under way, and runs `work`. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(): Gate {
  let underWay = 0;
  let quiet: (() => void) | null = null;
  let opened: Promise<void> | null = null;
  let lonely: Promise<unknown> = Promise.resolve();

  const left = (): void => {
    underWay--;
    if (underWay === 0) quiet?.();
  };

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
    async together(work) {
      for (let closed = opened; closed !== null; closed = opened) await closed;
      underWay++;
      try {
        return await work();
      } finally {
        left();
      }
    },
    alone(work) {
      const turn = lonely.then(() => runAlone(work));
      lonely = turn.catch(() => {});
      return turn;
    },
  };
}
