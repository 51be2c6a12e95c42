/** What one request of a `curl` command sends. */
export interface CurlRequest {
  /** As written: scheme and host may be missing. */
  readonly url: string;
  readonly verb: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
}

/** Short options that take a value. */
const SHORT_WITH_VALUE = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";
/** Long options with a value that says nothing of the request. Others without a value are passed over too. */
const LONG_WITH_VALUE = new Set(
  (
    "abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to " +
    "continue-at cookie-jar create-file-mode crlfile curves dns-interface dns-servers doh-url dump-header ech egd-file engine " +
    "expect100-timeout happy-eyeballs-timeout-ms haproxy-clientip hsts interface ip-tos keepalive-cnt keepalive-time key " +
    "key-type limit-rate local-port login-options max-filesize max-redirs max-time netrc-file noproxy output output-dir " +
    "parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-header proxy-user proxy1.0 " +
    "quote random-file rate request-target resolve retry retry-delay retry-max-time service-name socks4 socks4a socks5 " +
    "socks5-hostname speed-limit speed-time stderr tls-max tls13-ciphers trace trace-ascii trace-config unix-socket " +
    "upload-file vlan-priority write-out"
  ).split(" "),
);
const SHORT_NAMES: Readonly<Record<string, string>> = {
  A: "user-agent",
  b: "cookie",
  d: "data",
  e: "referer",
  F: "form",
  G: "get",
  H: "header",
  I: "head",
  K: "config",
  r: "range",
  T: "upload-file",
  u: "user",
  X: "request",
};
const TAKES_VALUE = new Set([
  "user-agent",
  "cookie",
  "data",
  "data-ascii",
  "data-binary",
  "data-raw",
  "data-urlencode",
  "json",
  "referer",
  "form",
  "form-string",
  "header",
  "oauth2-bearer",
  "range",
  "user",
  "request",
  "url",
]);

interface Operation {
  readonly urls: string[];
  readonly options: [name: string, value: string][];
}

/** The requests of a command's words after `curl`, or why they can't be known, as text. */
export function curlRequests(words: readonly string[]): CurlRequest[] | string {
  const operations = readOptions(words);
  const requests: CurlRequest[] = [];
  for (const { urls, options } of operations) {
    if (urls.length === 0) return "it names no URL";
    const shared = requestOf(options);
    if (typeof shared === "string") return shared;
    for (const url of urls) requests.push(shared(url));
  }
  return requests;
}

function readOptions(words: readonly string[]): Operation[] {
  let operation: Operation = { urls: [], options: [] };
  const operations = [operation];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const take = (name: string, attached: string | undefined): void => {
      let value = attached;
      if (value === undefined) {
        at += 1;
        value = words[at] ?? "";
      }
      if (name === "url") operation.urls.push(value);
      else operation.options.push([name, value]);
    };
    if (word.startsWith("--") && word.length > 2) {
      const name = word.slice(2);
      if (name === "next") {
        operation = { urls: [], options: [] };
        operations.push(operation);
      } else if (TAKES_VALUE.has(name) || LONG_WITH_VALUE.has(name)) take(name, undefined);
      else operation.options.push([name, ""]);
    } else if (word.startsWith("-") && word.length > 1 && word !== "--") {
      for (let letterAt = 1; letterAt < word.length; letterAt += 1) {
        const letter = word[letterAt] ?? "";
        const name = SHORT_NAMES[letter] ?? letter;
        if (letter === ":") continue;
        if (!SHORT_WITH_VALUE.includes(letter)) {
          operation.options.push([name, ""]);
          continue;
        }
        take(name, letterAt + 1 < word.length ? word.slice(letterAt + 1) : undefined);
        break;
      }
    } else if (word !== "" && word !== "--") operation.urls.push(word);
  }
  return operations;
}

/** What the options say of a request, for each URL; a text where it is not in the command itself. */
function requestOf(options: readonly [string, string][]): string | ((url: string) => CurlRequest) {
  const headers: [string, string][] = [];
  const removed = new Set<string>();
  const data: string[] = [];
  let joinedBy = "&";
  let verb: string | undefined;
  let isHead = false;
  let isGet = false;
  let isForm = false;
  const given = (name: string): boolean =>
    removed.has(name) || headers.some(([each]) => each.toLowerCase() === name);
  for (const [name, value] of options) {
    switch (name) {
      case "request":
        verb = value;
        break;
      case "head":
        isHead = true;
        break;
      case "get":
        isGet = true;
        break;
      case "header": {
        if (value.startsWith("@")) return "its headers are in another file";
        const [, header = "", separator = "", rest = ""] =
          /^([^:;]+)([:;])(.*)$/s.exec(value) ?? [];
        if (header === "") break;
        if (separator === ":" && rest.trim() === "") removed.add(header.trim().toLowerCase());
        else headers.push([header.trim(), rest.trim()]);
        break;
      }
      case "data":
      case "data-ascii":
      case "data-binary":
      case "json":
        if (value.startsWith("@")) return "its body is in another file";
        data.push(value);
        if (name === "json") joinedBy = "";
        isForm ||= name !== "json";
        break;
      case "data-raw":
        data.push(value);
        isForm = true;
        break;
      case "data-urlencode": {
        const [, field = "", sign = "", content = value] =
          /^([^=@]*)([=@])(.*)$/s.exec(value) ?? [];
        if (sign === "@") return "its body is in another file";
        data.push(`${field === "" ? "" : `${field}=`}${encodeURIComponent(content)}`);
        isForm = true;
        break;
      }
      case "form":
      case "form-string":
        return "it sends a form of several parts";
      case "upload-file":
        return "it uploads a file";
      case "config":
        return "its options are in another file";
      case "user":
        headers.push(["authorization", `Basic ${Buffer.from(value).toString("base64")}`]);
        break;
      case "oauth2-bearer":
        headers.push(["authorization", `Bearer ${value}`]);
        break;
      case "user-agent":
      case "referer":
        headers.push([name, value]);
        break;
      case "cookie":
        if (value.includes("=")) headers.push(["cookie", value]);
        break;
      case "range":
        headers.push(["range", `bytes=${value}`]);
        break;
      case "compressed":
        headers.push(["accept-encoding", "deflate, gzip, br, zstd"]);
        break;
      default:
    }
  }
  const isJson = data.length > 0 && joinedBy === "";
  if (isJson && !given("content-type")) headers.push(["content-type", "application/json"]);
  if (!given("accept")) headers.push(["accept", isJson ? "application/json" : "*/*"]);
  const text = data.length === 0 ? null : data.join(joinedBy);
  const body = isGet || isHead ? null : text;
  // curl calls any data a form; a node refuses that (415), and who types a call means JSON.
  if (body !== null && isForm && !given("content-type")) {
    const type = isJsonText(body) ? "application/json" : "application/x-www-form-urlencoded";
    headers.push(["content-type", type]);
  }
  const usual = isHead ? "HEAD" : body === null ? "GET" : "POST";
  return (url) => ({
    url: isGet && text !== null ? `${url}${url.includes("?") ? "&" : "?"}${text}` : url,
    verb: (verb ?? usual).toUpperCase(),
    headers,
    body,
  });
}

function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
