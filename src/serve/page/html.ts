/** HTML that is safe to put into a page as it stands. */
export interface Html {
  readonly html: string;
}

/** A template in which every value is escaped, but for Html itself; lists are joined. What comes from traffic is hostile. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += shown(value) + (parts[index + 1] ?? "");
  return { html: text };
}

export type Part = string | number | null | Html | readonly Part[];

function shown(value: Part): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escaped(value);
  return "html" in value ? value.html : value.map(shown).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Controls and marks that turn writing round are shown as what they are. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
    .replaceAll(
      /[\p{Cc}\p{Cf}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}
