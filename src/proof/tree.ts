import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { encodeRlp, quantityOf } from "./encode.ts";

const MOST_ITEMS = 5_000;

/** Root of the tree in which a block's items stand by their number; null for more items than a block has. */
export async function rootOf(items: readonly Uint8Array[]): Promise<string | null> {
  if (items.length > MOST_ITEMS) return null;
  const tree = new MerklePatriciaTrie();
  for (const [index, item] of items.entries())
    await tree.put(encodeRlp(quantityOf(`0x${index.toString(16)}`) as Uint8Array), item);
  return `0x${Buffer.from(tree.root()).toString("hex")}`;
}
