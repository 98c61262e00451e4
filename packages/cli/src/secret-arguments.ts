/** What people try to give a secret by, and what it would be. */
const secretFlags: Readonly<Record<string, string>> = {
  "access-key": "an access key",
  "access-key-id": "an access key",
  ak: "an access key",
  secret: "a secret key",
  "secret-key": "a secret key",
  "secret-access-key": "a secret key",
  sk: "a secret key",
  password: "a password",
  passwd: "a password",
  token: "a token",
  "auth-token": "a token",
  "security-token": "a token",
  "session-token": "a token",
};

const remedy =
  "Every user of the machine can read it there, and it stays in the shell's history. Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK in the environment, or write a profile into ~/.huaweicloud/credentials and name it: --profile NAME.";

/** Why these words may not stand on a command line; `undefined` where they may. */
export function secretRefusal(words: readonly string[]): string | undefined {
  for (const word of words) {
    const [, flag = ""] = /^--?([a-z][a-z-]*)(?:=|$)/i.exec(word) ?? [];
    const name = flag.replace(/[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    const what = Object.hasOwn(secretFlags, name) ? secretFlags[name] : undefined;
    if (what) return `--${name}: ${what} does not belong on the command line. ${remedy}`;
    if (/^(?:--[a-z-]+=)?[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(word))
      return `An address with a user or password in it does not belong on the command line. ${remedy}`;
  }
  return undefined;
}
