import { isLink, oneLine, visible } from "./visible.ts";
import type { Writer } from "./writer.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
  "=": "&#61;",
};

const MONO = "font-family:SFMono-Regular,Consolas,Menlo,monospace";
const CODE = `${MONO};font-size:13px;background-color:#eef0f3;padding:1px 4px;border-radius:3px;word-break:break-word`;
const BLOCK = `${MONO};font-size:12px;line-height:18px;background-color:#f6f7f9;border:1px solid #d5d9df;padding:8px 10px;margin:4px 0 12px 0;white-space:pre-wrap;word-break:break-word`;
/** Changed lines: colour, weight and a sign, so that neither colour-blind readers nor screen readers lose them. */
const MARK = {
  "-": "background-color:#fde8e6;color:#7a1610",
  "+": "background-color:#e3f4e6;color:#0f4d1c",
} as const;

/** HTML for mail readers: inline styles only, nothing that is fetched. Page and mail share it. */
export const html: Writer = {
  text: (raw) => escapeHtml(oneLine(raw)),
  code: (raw) => `<code style="${CODE}">${escapeHtml(oneLine(raw))}</code>`,
  cellCode: (raw) => html.code(raw),
  link: (url, label) =>
    isLink(url)
      ? `<a href="${escapeHtml(url)}" style="color:#0b57a4">${escapeHtml(oneLine(label))}</a>`
      : escapeHtml(oneLine(label === url ? url : `${label}: ${url}`)),
  listing: (raw) => `<pre style="${BLOCK}">${escapeHtml(visible(raw))}</pre>`,
  block(lines, sign) {
    const body = lines.map(({ text, changed }) => {
      const line = escapeHtml(visible(text).replaceAll("\n", " "));
      return changed ? `<strong style="${MARK[sign]}">${sign} ${line}</strong>` : `  ${line}`;
    });
    return `<pre style="${BLOCK}">${body.join("\n")}</pre>`;
  },
};

/** The text with every character that HTML reads as markup written as an entity; safe in text and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`=]/g, (character) => ENTITIES[character] ?? "");
}
