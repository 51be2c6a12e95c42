/**
 * Slack's documented limits for a message of blocks (api.slack.com/reference/block-kit/blocks): why it would be refused, or null.
 * 13,200 characters in all is what was seen to be refused below the documented 40,000 (bolt-js issue 2509).
 */
export function refusalOf(message: unknown): string | null {
  const { text, blocks } = message as { text?: unknown; blocks?: unknown };
  if (typeof text !== "string" || text.length > 40_000) return "no_text";
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > 50) return "invalid_blocks";
  if (JSON.stringify(blocks).length > 13_200) return "msg_blocks_too_long";
  for (const block of blocks as {
    type: string;
    text?: { type: string; text: string };
    elements?: { text: string }[];
  }[]) {
    const most = { header: 150, section: 3_000 }[block.type];
    if (most === undefined && block.type !== "context" && block.type !== "divider")
      return "invalid_blocks";
    if (
      most !== undefined &&
      (block.text === undefined || block.text.text.length === 0 || block.text.text.length > most)
    )
      return "invalid_blocks";
    if (block.type === "header" && block.text?.type !== "plain_text") return "invalid_blocks";
    if (block.type === "context" && (block.elements === undefined || block.elements.length > 10))
      return "invalid_blocks";
  }
  return null;
}
