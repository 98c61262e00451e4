import { AuthenticationError } from "@cloudhaul/core-http";

/**
 * What a file holds that the platform writes a secret into, and replaces from time to time.
 *
 * @param facts - what the secret is for, for the error
 * @throws AuthenticationError when the file cannot be read, or is empty
 */
export async function readSecretFile(
  file: string,
  facts: { readonly credentialKind: string; readonly source: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  const { readFile } = await import("node:fs/promises"); // later: most programs read no such file
  try {
    const text = (await readFile(file, { encoding: "utf8", signal })).trim();
    if (text !== "") return text;
  } catch (error) {
    signal?.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    throw new AuthenticationError(
      facts,
      `The file ${file} of the ${facts.source} cannot be read (${code}).`,
      {
        cause: error,
      },
    );
  }
  throw new AuthenticationError(facts, `The file ${file} of the ${facts.source} is empty.`);
}
