/** The rest of each JSON pointer that leads through a place; an empty one says that all below is hidden. */
export type OpenPointers = readonly (readonly string[])[];

const NONE: OpenPointers = [];

/** JSON pointers → their parts, unescaped. */
export function readPointers(pointers: readonly string[]): OpenPointers {
  return pointers.map((pointer) =>
    pointer
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")),
  );
}

/** What is left of the pointers one step further down. */
export function step(open: OpenPointers, key: string | null, index: number): OpenPointers {
  if (open.length === 0) return NONE;
  const name = key ?? String(index);
  return open.filter(([part]) => part === name || part === "*").map((parts) => parts.slice(1));
}

/** Whether a value there is to be hidden. */
export const isPointedAt = (open: OpenPointers): boolean =>
  open.some((parts) => parts.length === 0);
