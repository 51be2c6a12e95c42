/** Path segments that are words or versions stay; anything else may be a key and is cut. */
const PLAIN_SEGMENT =
  /^(?:v\d+|rpc|api|eth|ext|bc|[A-Z]|jsonrpc|ws|http|extended|mainnet|sepolia|holesky|hoodi|testnet)$/;

/** A target's URL as it may be shown and stored: without credentials, query and path key. */
export function displayUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return "(not a URL)";
  const path = url.pathname
    .split("/")
    .map((segment) => (segment === "" || PLAIN_SEGMENT.test(segment) ? segment : "…"))
    .join("/");
  return `${url.protocol}//${url.host}${path === "/" ? "" : path}${url.search === "" ? "" : "?…"}`;
}
