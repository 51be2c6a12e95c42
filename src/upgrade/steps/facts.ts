import type { Upgrade } from "../../config/upgrade.ts";

/** Something that a command saw, kept beside the upgrade. */
export interface Evidence {
  readonly step: number;
  /** RFC 3339. */
  readonly at: string;
  readonly ok: boolean;
  /** In a sentence: what was seen. */
  readonly what: string;
  /** The candidate's version that it was seen with; null where it says nothing of one. */
  readonly version: string | null;
  /** File or folder, below the upgrade's, that holds it; null for none. */
  readonly file: string | null;
}

/** What a person answers for, with a name: that a step is done which only a person can know, or that it is left out. */
export interface Signature {
  readonly step: number;
  readonly state: "done" | "waived";
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  readonly reason: string;
}

export interface ReleaseFacts {
  readonly tag: string;
  readonly url: string;
  /** RFC 3339. */
  readonly fetchedAt: string;
  readonly urgency: string;
  /** SHA-256 of the notes as fetched. */
  readonly notesHash: string;
}

/** A run as the checklist needs it. */
export interface RunFactsOf {
  readonly folder: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly complete: boolean;
  /** Client versions of each side; empty where they are not known. */
  readonly old: readonly string[];
  readonly candidate: readonly string[];
  readonly compared: number;
  /** True where it replayed people's traffic, not only the cases of a changelog. */
  readonly traffic: boolean;
  readonly verdict: "pass" | "fail" | "inconclusive";
  /** The first reason, in words. */
  readonly reason: string;
  readonly cases: { readonly tested: number; readonly waived: number; readonly open: number };
}

export interface NoticeFacts {
  readonly drafted: number;
  readonly approved: number;
  readonly sent: number;
  /** Waiting, failed or in doubt. */
  readonly unsettled: number;
  readonly objections: number;
  /** RFC 3339, of the last one sent; null for none. */
  readonly lastSentAt: string | null;
}

/** Where the roll-out stands, as its journal says. */
export interface RolloutFacts {
  readonly state: "running" | "paused" | "rolled-back" | "holding" | "complete" | "retired";
  readonly weight: number;
  /** RFC 3339: when all traffic was on the candidate; null before. */
  readonly allAt: string | null;
  /** RFC 3339, of the last entry. */
  readonly at: string;
  readonly why: string;
}

/** All that is known of an upgrade when its checklist is asked for. */
export interface UpgradeFacts {
  readonly upgrade: Upgrade;
  readonly release: ReleaseFacts | null;
  /** SHA-256 of the notes that the cases were made from; null where none were made. */
  readonly casesOf: string | null;
  readonly runs: readonly RunFactsOf[];
  readonly notices: NoticeFacts | null;
  readonly rollout: RolloutFacts | null;
  readonly evidence: readonly Evidence[];
  readonly signatures: readonly Signature[];
}
