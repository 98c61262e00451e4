import { readFile } from "node:fs/promises";
import type { CredentialProvider } from "@cloudhaul/core-auth";
import { AuthenticationError } from "@cloudhaul/core-http";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

/** Reads the key from a file that something else, such as a secret store, keeps fresh. */
const fromVault: CredentialProvider = async ({ rejected }) => {
  const text = await readFile(process.env.VAULT_FILE ?? "", "utf8");
  const { accessKeyId, secretAccessKey } = JSON.parse(text) as Record<
    "accessKeyId" | "secretAccessKey",
    string
  >;
  if (rejected?.kind === "access-key" && rejected.accessKeyId === accessKeyId)
    throw new AuthenticationError(
      { credentialKind: "access-key", source: "vault" },
      "The vault's key was refused.",
    );
  return { kind: "access-key", source: "vault", accessKeyId, secretAccessKey };
};

const hss = createHssDownloadClient({ region: "cn-north-4", credentials: fromVault });
const file = await hss.downloadExportedFile({ fileId: process.env.HSS_FILE_ID ?? "" }).toFile("exports/");
console.log(file.path);
await hss.close();
