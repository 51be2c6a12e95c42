/** Numbers that both threads see. The capture thread writes all but `closed`; a new one goes on where the last one ended. */
export interface SharedState {
  /** Exchanges whose request was seen, in all. */
  arrived: number;
  /** The last number given to an exchange. */
  lastId: number;
  /** Exchanges that the readers still wait for. */
  underWay: number;
  /** The connection whose bytes are being read: the suspect, should the thread end over them. */
  connection: number;
  /** Counts events; a thread with something to read that does not count on has stalled. */
  progress: number;
  /** Bytes taken out of the ring and not handled yet. */
  takenBytes: number;
  /** Bytes that passed while nobody could read them, of connections that were open then. */
  heldBytes: number;
  /** Why nothing is taken at the moment, as an index of CLOSED_REASONS; written by the traffic thread. */
  closed: number;
}

export const CLOSED_REASONS = [null, "size-limit", "queue-full"] as const;
export type ClosedReason = (typeof CLOSED_REASONS)[number];

const SLOTS = [
  "arrived",
  "lastId",
  "underWay",
  "connection",
  "progress",
  "takenBytes",
  "heldBytes",
  "closed",
] as const satisfies readonly (keyof SharedState)[];

export function sharedStateMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(SLOTS.length * Float64Array.BYTES_PER_ELEMENT);
}

/** A view of the numbers: 64-bit stores are whole on every machine that Node runs on, and each has one writer. */
export function sharedState(memory: SharedArrayBuffer): SharedState {
  const numbers = new Float64Array(memory);
  const state = {};
  for (const [index, slot] of SLOTS.entries()) {
    Object.defineProperty(state, slot, {
      get: () => numbers[index],
      set: (value: number) => {
        numbers[index] = value;
      },
    });
  }
  return state as SharedState;
}
