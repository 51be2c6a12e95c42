/** What we may ask of old beside its live traffic. */
export interface Budget {
  /** A live request passed. */
  live(requests?: number): void;
  /** We asked old. */
  spend(requests: number): void;
  /** Of what was spent, this was no extra: a mirror's copy has no answer of old, which is asked for one by design. */
  planned(requests: number): void;
  /** Whether so many more are within the share. */
  allows(requests: number): boolean;
  readonly liveRequests: number;
  readonly extraRequests: number;
}

/** A pause saves up for later, but not without end: a burst of ours must not meet a quiet old. */
const SAVED = 200;

/** @param share of old's live requests that we may add, such as 0.05 */
export function createBudget(share: number): Budget {
  let saved = Math.min(SAVED, 20);
  let liveRequests = 0;
  let extraRequests = 0;
  return {
    live(requests = 1) {
      liveRequests += requests;
      saved = Math.min(SAVED, saved + requests * share);
    },
    spend(requests) {
      extraRequests += requests;
      saved -= requests;
    },
    planned(requests) {
      extraRequests -= requests;
      saved += requests;
    },
    allows: (requests) => share > 0 && saved >= requests,
    get liveRequests() {
      return liveRequests;
    },
    get extraRequests() {
      return extraRequests;
    },
  };
}
