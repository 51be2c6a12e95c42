/** What stands in a page: its style and body are ours, its title is escaped here. */
interface PageParts {
  readonly title: string;
  readonly style: string;
  readonly main: string;
}

/** A page without scripts that loads nothing. Values of nodes and people go through `escapedHtml` into `main`. */
export function plainPage({ title, style, main }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapedHtml(title)}</title>
<style>
${style}
</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

/** Text as HTML between tags or in an attribute within double quotes. */
export function escapedHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
