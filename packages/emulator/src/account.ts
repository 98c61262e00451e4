import { createHash } from "node:crypto";
import type { AccountOptions, EmulatorState } from "./state.ts";

/** Who an account is; what it has lies in its store. */
export type Account = Pick<
  EmulatorState,
  "projectId" | "domainId" | "userId" | "accessKey" | "user" | "agency" | "identityProviderId"
>;

/** The account that is added to `index` others. What is not given is made up, the same each time. */
export function createAccount(index: number, options: AccountOptions): Account {
  const suffix = index === 0 ? "" : `-${index + 1}`;
  const made = (name: string): string =>
    createHash("sha256").update(`${name}${suffix}`).digest("hex").slice(0, 32);
  const {
    projectId = index === 0 ? "0e0c5cd3f2c34d0d9c7b1f4a9f0a1b2c" : made("project"),
    accessKey = {
      accessKeyId: `EMULATORACCESSKEYID${index}`,
      secretAccessKey: `emulator-secret-access-key-0123456789abcd${suffix}`,
    },
    user = {
      name: `emulator-user${suffix}`,
      password: `emulator-password${suffix}`,
      domainName: `emulator-domain${suffix}`,
    },
  } = options;
  const domainId = index === 0 ? "d78cbac186b744899480f25bd022f468" : made("domain");
  return {
    projectId,
    domainId,
    userId: index === 0 ? "7116d09f88fa41908676fdd4b039e95b" : made("user"),
    accessKey,
    user,
    agency: { name: "emulator-agency", domainName: user.domainName, domainId },
    identityProviderId: `emulator-identity-provider${suffix}`,
  };
}

/** What tells one account from another: whoever asks with it must be found. */
const distinct: Readonly<Record<string, (account: Account) => string>> = {
  "project id": ({ projectId }) => projectId,
  "access key id": ({ accessKey }) => accessKey.accessKeyId,
  "account name": ({ user }) => user.domainName,
};

/** @throws TypeError when another account has the same project, access key or name */
export function refuseDouble(account: Account, accounts: readonly Account[]): void {
  for (const [name, of] of Object.entries(distinct)) {
    if (accounts.some((other) => of(other) === of(account)))
      throw new TypeError(`Two accounts cannot have the same ${name}: ${of(account)}.`);
  }
}
