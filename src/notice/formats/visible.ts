/** Characters that hide or reorder what a reader sees: control, bidirectional, zero-width, lone surrogates. */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** The text with hidden characters written as `\u202e`. New lines and tabs stay. */
export function visible(text: string): string {
  return text.replace(
    HIDDEN,
    (hidden) => `\\u${hidden.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The text on one line. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

/** Phrases hold code between backticks: the parts in order, with which of them are code. */
export function phraseParts(phrase: string): { readonly text: string; readonly code: boolean }[] {
  return phrase
    .split("`")
    .map((text, index) => ({ text, code: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}

/** Whether a text is a web address that may become a link. */
export function isLink(text: string): boolean {
  if (/[\s<>"'`|\\]/.test(text)) return false;
  if (/^mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/.test(text)) return true;
  return ["https:", "http:"].includes(URL.parse(text)?.protocol ?? "");
}
