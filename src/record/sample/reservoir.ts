/** What a reservoir did with an exchange. */
export interface Offered {
  readonly keep: boolean;
  /** Id of the one that had to go for it. */
  readonly evicted: number | undefined;
}

const REJECTED: Offered = { keep: false, evicted: undefined };
const KEPT: Offered = { keep: true, evicted: undefined };

/**
 * The `size` exchanges of lowest priority: a bottom-k sample. `threshold` is the lowest priority that had to go (or the share
 * to begin with); given it, each kept exchange was kept with that probability.
 */
export class Reservoir {
  seen = 0;
  forced = 0;
  threshold: number;
  /** Whether the numbers changed since they were last taken. */
  changed = false;
  /** A heap with the highest priority on top; unused where everything is kept. */
  private readonly priorities: number[] = [];
  private readonly ids: number[] = [];
  private readonly size: number;

  constructor(size: number, share: number) {
    this.size = size;
    this.threshold = share;
  }

  /** Counts one that is kept whatever its priority. */
  force(): void {
    this.seen += 1;
    this.forced += 1;
    this.changed = true;
  }

  offer(id: number, priority: number): Offered {
    this.seen += 1;
    this.changed = true;
    if (priority >= this.threshold) return REJECTED;
    if (this.size === Infinity) return KEPT;
    if (this.ids.length < this.size) {
      this.push(id, priority);
      return KEPT;
    }
    const top = this.priorities[0] ?? 1;
    if (priority >= top) {
      this.threshold = priority;
      return REJECTED;
    }
    const evicted = this.ids[0];
    this.threshold = top;
    this.replaceTop(id, priority);
    return { keep: true, evicted };
  }

  private push(id: number, priority: number): void {
    let at = this.ids.length;
    this.ids.push(id);
    this.priorities.push(priority);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.priorities[parent] ?? 0) >= priority) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  private replaceTop(id: number, priority: number): void {
    this.ids[0] = id;
    this.priorities[0] = priority;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let highest = at;
      if ((this.priorities[left] ?? -1) > (this.priorities[highest] ?? -1)) highest = left;
      if ((this.priorities[right] ?? -1) > (this.priorities[highest] ?? -1)) highest = right;
      if (highest === at) return;
      this.swap(at, highest);
      at = highest;
    }
  }

  private swap(a: number, b: number): void {
    const id = this.ids[a] ?? 0;
    const priority = this.priorities[a] ?? 0;
    this.ids[a] = this.ids[b] ?? 0;
    this.priorities[a] = this.priorities[b] ?? 0;
    this.ids[b] = id;
    this.priorities[b] = priority;
  }
}
