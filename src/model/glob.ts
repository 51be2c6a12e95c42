/**
 * Whether a text matches a glob. For methods `*` is any run of characters (`debug_*`). For path patterns a `*` is one
 * segment and `**` any number of them; without a wildcard it is the text itself.
 */
export function matchesMethod(glob: string, method: string): boolean {
  return glob === method || (glob.includes("*") && compiled(glob, ".*").test(method));
}

export function matchesPath(glob: string, path: string): boolean {
  return glob === path || (glob.includes("*") && compiled(glob, "[^/]*").test(path));
}

const cache = new Map<string, RegExp>();

/** Globs come from data files and configurations: few, and asked again for each finding. */
function compiled(glob: string, star: string): RegExp {
  const name = `${star} ${glob}`;
  const known = cache.get(name);
  if (known) return known;
  const source = glob
    .split("**")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", star))
    .join(".*");
  const expression = new RegExp(`^${source}$`);
  cache.set(name, expression);
  return expression;
}
