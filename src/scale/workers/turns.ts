/** Who has which target to itself. Asked in order, given back by ticket, or all at once when a holder is gone. */
export interface Turns<Holder> {
  want(holder: Holder, ticket: number, target: string): void;
  give(holder: Holder, ticket: number): void;
  gone(holder: Holder): void;
}

interface Turn<Holder> {
  readonly holder: Holder;
  readonly ticket: number;
}

export function createTurns<Holder>(
  granted: (holder: Holder, ticket: number) => void,
): Turns<Holder> {
  /** The first of each has the target. */
  const queues = new Map<string, Turn<Holder>[]>();
  const leave = (isLeaving: (turn: Turn<Holder>) => boolean): void => {
    for (const [target, queue] of queues) {
      const first = queue[0];
      const left = queue.filter((turn) => !isLeaving(turn));
      queues.set(target, left);
      const next = left[0];
      if (next !== undefined && next !== first) granted(next.holder, next.ticket);
    }
  };
  return {
    want(holder, ticket, target) {
      const queue = queues.get(target) ?? [];
      queue.push({ holder, ticket });
      queues.set(target, queue);
      if (queue.length === 1) granted(holder, ticket);
    },
    give: (holder, ticket) => leave((turn) => turn.holder === holder && turn.ticket === ticket),
    gone: (holder) => leave((turn) => turn.holder === holder),
  };
}
