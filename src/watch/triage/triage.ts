import { datesIn, heightsIn } from "./dates.ts";
import { areOfTestNets } from "./networks.ts";
import { sentencesOf } from "./sentences.ts";
import { NO_CHANGE_OF_A_NODE, SIGN_RULES, type Sign } from "./signs.ts";

export type Urgency = "security" | "mandatory" | "recommended" | "optional";

/** A sentence of the notes that says why. */
export interface Said {
  readonly sign: Sign;
  readonly sentence: string;
}

export interface Triage {
  readonly urgency: Urgency;
  readonly said: readonly Said[];
  /** When a network changes, as far as the notes say it in a form that can be read. RFC 3339. */
  readonly dates: readonly string[];
  /** At which heights: `block 840360`, `epoch 269568`, `slot 7118848`. */
  readonly heights: readonly string[];
  /** Whether what forces an upgrade is said of test nets alone. */
  readonly testNets: boolean;
  /** False where the notes say that there is no way back. */
  readonly rollback: boolean;
}

/** So many sentences of one sign are kept: nobody reads more. */
const SENTENCES = 12;
const QUOTE_LENGTH = 400;

/** What the notes of a release say of it, each thing with the sentence that says so. Words are read, never believed beyond that. */
export function triage(notes: string, title = ""): Triage {
  const said: Said[] = [];
  const counts = new Map<Sign, number>();
  const forcing: string[] = [];
  const heights = new Set<string>();
  const say = (sign: Sign, sentence: string): void => {
    const count = counts.get(sign) ?? 0;
    counts.set(sign, count + 1);
    if (count < SENTENCES) said.push({ sign, sentence });
  };
  // "It is scheduled:" or "Fork details", and a list of networks with their dates below.
  let opensList = false;
  for (const { text, heading } of sentencesOf(`${title}\n\n${notes}`)) {
    const found = signsOf(text);
    const isItem: boolean =
      opensList && !heading && (datesIn(text).length > 0 || heightsIn(text).length > 0);
    if (isItem && !found.has("mandatory")) found.set("mandatory", 0);
    for (const [sign, index] of found) say(sign, quote(text, index));
    const forces = found.has("mandatory");
    if (forces && forcing.length < SENTENCES) forcing.push(text);
    if (forces || ACTIVATES.test(text)) for (const height of heightsIn(text)) heights.add(height);
    opensList =
      isItem || (forces && (heading || text.endsWith(":"))) || (heading && SCHEDULE.test(text));
  }
  const has = (sign: Sign): boolean => counts.has(sign);
  return {
    urgency: has("security")
      ? "security"
      : has("mandatory")
        ? "mandatory"
        : has("recommended")
          ? "recommended"
          : "optional",
    said,
    dates: [...new Set(forcing.flatMap(datesIn))].sort(),
    heights: [...heights].slice(0, SENTENCES),
    testNets: areOfTestNets(forcing),
    rollback: !has("no-rollback"),
  };
}

/** A change that becomes active at a height, whether or not it forces anybody. */
const ACTIVATES = /\b(?:active|activat(?:e|es|ed|ion|ing)|(?:upgrad|updat)\w+ before)\b/i;
const SCHEDULE =
  /^\W*(?:(?:hard[- ]?)?fork|activation|upgrade)(?: (?:details|schedule|times?|dates?|heights?|blocks?))?\W*$/i;

/** Numbers of issues, links and hashes name no height and no date. */
const REFERENCES = /\(?#\d+\)?|https?:\/\/\S{1,500}|\b(?:0x)?[\da-f]{20,}\b/gi;

/** Signs of a sentence, each with where in it its words stand. */
function signsOf(text: string): Map<Sign, number> {
  const signs = new Map<Sign, number>();
  if (NO_CHANGE_OF_A_NODE.test(text)) return signs;
  const read = blanked(text, REFERENCES);
  for (const { sign, says, besides, about } of SIGN_RULES) {
    if (signs.has(sign) || (about !== undefined && read.search(about) < 0)) continue;
    const index = (besides === undefined ? read : blanked(read, besides)).search(says);
    if (index >= 0) signs.set(sign, index);
  }
  return signs;
}

/** Phrases taken out, in a way that joins nothing across them and keeps the places of the rest. */
function blanked(text: string, phrases: RegExp): string {
  return text.replaceAll(phrases, (phrase) => ";".padEnd(phrase.length));
}

/** The part of a long sentence in which the words stand. */
function quote(text: string, index: number): string {
  if (text.length <= QUOTE_LENGTH || index < QUOTE_LENGTH / 2) return text.slice(0, QUOTE_LENGTH);
  const start = Math.max(0, index - QUOTE_LENGTH / 2);
  return `…${text.slice(start, start + QUOTE_LENGTH - 1)}`;
}
