import type { Place } from "./place.ts";

/** Code that no longer does what it did, and what it does instead. */
export interface Break {
  readonly library: string;
  readonly code: string;
  readonly result: string;
}

/** What is said of one difference. A line that does not fit the place is null or left out. */
export interface PlaceWords {
  /** Why an operator should care, at this place. */
  readonly why: string;
  /** What a customer sees. */
  readonly sees: string;
  /** "You are affected if your code …", without its end; null where no code can depend on it. */
  readonly condition: string | null;
  /** What to write so that it works on both versions, as a sentence. */
  readonly action: string;
  readonly breaks: readonly Break[];
  /** Code that works on both versions, or null. */
  readonly works: string | null;
  /** What to look for in source code, and in logs. */
  readonly search: { readonly code: string | null; readonly logs: string | null };
}

/** Words of one kind: a part that is left out gets the default of `finish`. */
export type Draft = Pick<PlaceWords, "why" | "sees" | "condition" | "action"> &
  Partial<Pick<PlaceWords, "breaks" | "works">> & {
    readonly search?: string | null;
    readonly logs?: string | null;
  };

export type Template = (place: Place) => Draft;

export const NOTHING_TO_DO = "Nothing to do.";
