/**
 * What a person's or a runner's own environment would change in a child process is taken away before each file:
 * CI (no question on a terminal, other exits) and our own variables. A test that is about one of them sets it itself.
 */
for (const name of Object.keys(process.env)) {
  if (name === "CI" || name.startsWith("SHADOWDIFF_")) delete process.env[name];
}
