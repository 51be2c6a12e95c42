/** A kind of file that people take for traffic, with the way from it to one that is. */
interface Foreign {
  readonly what: string;
  readonly instead: string;
  /** Told by how the file begins. */
  readonly looksLike: RegExp;
}

const AS_CURL = 'copy the request as cURL (in a browser: "Copy as cURL (bash)") into a .sh file';

const FOREIGN: readonly Foreign[] = [
  {
    what: "a recording already",
    instead: "It needs no import: shadowdiff replay takes it as it is.",
    looksLike: /^SQLite format 3\0/,
  },
  {
    what: "a Postman collection",
    instead: "Postman shows each request as cURL (Code, cURL): put those into a .sh file.",
    looksLike:
      /^\s*\{\s*"(?:info|_postman_id)"\s*:[^]*"(?:schema"\s*:\s*"https:\/\/schema\.(?:get)?postman\.com|_postman_id")/,
  },
  {
    what: "an Insomnia export",
    instead: 'Insomnia exports HAR too, and copies each request as cURL ("Copy as Curl").',
    looksLike: /^\s*(?:\{\s*"_type"\s*:\s*"export"|type:\s*\S*insomnia)/i,
  },
  {
    what: "an OpenRPC or OpenAPI description",
    instead: "It says what can be asked, not what was: import takes calls.",
    looksLike: /^\s*\{\s*"(?:openrpc|openapi|swagger)"/,
  },
  {
    what: "PowerShell",
    instead: `In place of it ${AS_CURL}.`,
    looksLike: /^[^{[<]*?(?:Invoke-(?:WebRequest|RestMethod)|New-Object Microsoft\.PowerShell)/i,
  },
  {
    what: "JavaScript that fetches",
    instead: `In place of it ${AS_CURL}.`,
    looksLike: /^\s*(?:await\s+)?fetch\(/,
  },
  {
    what: "a web page",
    instead: "import takes the calls, not what was answered to them.",
    looksLike: /^\s*<(?:!doctype|html)/i,
  },
  {
    what: "an access log",
    instead:
      "It holds no bodies: record the traffic (shadowdiff record), or have it mirrored to record --sink.",
    looksLike: /^\S+ \S+ \S+ \[[^\]]+\] "[A-Z]+ /,
  },
  {
    what: "a capture of packets",
    instead: "GoReplay makes .gor of it: gor --input-file-replay … or --input-raw.",
    looksLike: /^(?:\u00D4\u00C3\u00B2\u00A1|\u00A1\u00B2\u00C3\u00D4|\n\r\r\n)/,
  },
  {
    what: "an archive",
    instead: "Unpack it first; import takes folders too.",
    looksLike: /^(?:PK\p{Cc}{2}|\(\u00B5\/\u00FD|7z\u00BC\u00AF|BZh)/u,
  },
];

/**
 * What a file is that can't be imported, and what to do in place of it: `[what, instead]`, or null where it is not known.
 *
 * @param start the first bytes, one character a byte
 */
export function foreignKind(start: string): readonly [string, string] | null {
  if (start.trim() === "") return ["empty", "There is nothing in it."];
  const found = FOREIGN.find(({ looksLike }) => looksLike.test(start));
  return found === undefined ? null : [found.what, found.instead];
}
