/** `.ts` when run from sources, `.js` when built: for programs that are named by their URL. */
export const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf("."));
