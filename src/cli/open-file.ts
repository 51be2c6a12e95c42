import { spawn } from "node:child_process";

/** What each platform opens a file with, as if it had been clicked. */
function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["cmd", "/c", "start", ""];
  return ["xdg-open"];
}

/** Opens a file with the program that is meant for it, without waiting for it. Gives back why it can't, or null. */
export async function openFile(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<string | null> {
  const [program, ...words] = openerOf(platform);
  const child = spawn(program, [...words, file], { stdio: "ignore", detached: true, env });
  const problem = await new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("spawn", () => resolve(null));
  });
  child.unref();
  return problem;
}
