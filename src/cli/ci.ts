/** Whether a pipeline runs this: GitHub, GitLab and the others set CI. Nobody can be asked there. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const ci = env["CI"] ?? "";
  return ci !== "" && ci !== "false" && ci !== "0";
}
