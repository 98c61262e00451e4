import path from "node:path";
import { AuthenticationError, ConfigurationError } from "@cloudhaul/core-http";
import { fs, os } from "./builtins.ts";

/** Names another file than the default one. */
export const profileFileVariable = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

/** The sections of a file, by name: their keys and values. */
export type Profiles = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A file of profiles. */
export interface ProfileFile {
  readonly path: string;
  readonly profiles: Profiles;
}

/**
 * Reads the profiles: of the file given, else of `HUAWEICLOUD_SDK_CREDENTIALS_FILE`, else of `~/.huaweicloud/credentials`.
 *
 * @throws AuthenticationError of kind `none` when the default file does not exist
 * @throws ConfigurationError when the file cannot be read, or is malformed, with the number of the line
 */
export async function readProfileFile(
  given: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ProfileFile> {
  const named = given ?? (process.env[profileFileVariable] || undefined);
  const file = named ?? path.join(os().homedir(), ".huaweicloud", "credentials");
  const option = given === undefined ? profileFileVariable : "file";
  try {
    const { readFile } = await import("node:fs/promises"); // later: most programs read no profile
    return {
      path: file,
      profiles: parseProfiles(await readFile(file, { encoding: "utf8", signal }), file, option),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (ConfigurationError.isInstance(error)) throw error;
    // Of a home that is none (/dev/null, a locked folder) nobody named a file: it is not there.
    if (named === undefined && !fs().existsSync(file)) {
      throw new AuthenticationError(
        { credentialKind: "none", source: "profile" },
        `There is no file ${file}.`,
      );
    }
    const text = `The credentials file ${file} cannot be read (${code}). Make it readable, or name another one.`;
    throw new ConfigurationError(option, text, { cause: error });
  }
}

/** Sections in brackets, below each lines `key = value`, comments behind `#` or `;` at the start of a line. */
function parseProfiles(text: string, file: string, option: string): Profiles {
  const profiles = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const [index, whole] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = whole.trim();
    if (line === "" || /^[#;]/.test(line)) continue;
    const [, name] = /^\[\s*([^\]]*?)\s*\]$/.exec(line) ?? [];
    const [, key, value = ""] = /^([\w.-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name) {
      section = profiles.get(name) ?? new Map<string, string>();
      profiles.set(name, section);
    } else if (key && section) section.set(key.toLowerCase(), value);
    else {
      // Never the line itself: it may hold a secret.
      const what = key
        ? "stands in no profile: begin with a line such as [basic]"
        : "is neither [profile] nor key = value";
      throw new ConfigurationError(option, `${file}, line ${index + 1}, ${what}.`);
    }
  }
  return profiles;
}
