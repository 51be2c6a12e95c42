/** What we may ask of old beside its live traffic: all that we ask, looks at its head and pins among it. */
export interface Budget {
  /** Live requests passed. */
  live(requests?: number): void;
  /** We asked old. */
  spend(requests: number): void;
  /** We asked old for its head, or for a block of its chain. */
  spendLooks(requests: number): void;
  /** Of what was spent, this was no extra: a mirror's copy has no answer of old, which is asked for one by design. */
  planned(requests: number): void;
  /** Whether so many more are within the share. */
  allows(requests: number): boolean;
  allowsLooks(requests: number): boolean;
  /** Keeps so many for what is about to begin, if they are there: others that begin meanwhile don't count on them. */
  reserve(requests: number): boolean;
  release(requests: number): void;
  readonly liveRequests: number;
  readonly extraRequests: number;
}

/** A pause saves up for later, but not without end: a burst of ours must not meet a quiet old. */
const SAVED = 200;
/** Looks are saved up apart from askings: a quiet time must not make a burst of them. */
const SAVED_LOOKS = 20;
/** What may be asked before any traffic has earned it; the first that is earned pays it back. */
const ADVANCE = { settling: 10, looks: 10 };

/**
 * Half of what traffic earns is for looks at the chain until enough is saved for them; the rest is for settling mismatches.
 * @param share of old's live requests that we may add, such as 0.05
 */
export function createBudget(share: number): Budget {
  let settling = share > 0 ? ADVANCE.settling : 0;
  let looks = share > 0 ? ADVANCE.looks : 0;
  let owed = settling + looks;
  let reserved = 0;
  let liveRequests = 0;
  let extraRequests = 0;
  const earn = (requests: number): void => {
    const back = Math.min(owed, requests);
    owed -= back;
    const forLooks = Math.min((requests - back) / 2, Math.max(0, SAVED_LOOKS - looks));
    looks += forLooks;
    settling = Math.min(SAVED, settling + requests - back - forLooks);
  };
  return {
    live(requests = 1) {
      liveRequests += requests;
      earn(requests * share);
    },
    spend(requests) {
      extraRequests += requests;
      settling -= requests;
    },
    spendLooks(requests) {
      extraRequests += requests;
      // A search among blocks may take more than is saved for looks: settling has to wait for it then.
      const own = Math.min(requests, Math.max(0, looks));
      looks -= own;
      settling -= requests - own;
    },
    planned(requests) {
      extraRequests -= requests;
      settling += requests;
    },
    allows: (requests) => share > 0 && settling - reserved >= requests,
    allowsLooks: (requests) => share > 0 && looks >= requests,
    reserve(requests) {
      if (share === 0 || settling - reserved < requests) return false;
      reserved += requests;
      return true;
    },
    release(requests) {
      reserved -= requests;
    },
    get liveRequests() {
      return liveRequests;
    },
    get extraRequests() {
      return extraRequests;
    },
  };
}
