import { join, resolve } from "node:path";
import { startDaemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { runBoto3, signByBoto3, signByEsdk } from "./link-signers.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A running object store with one bucket. */
export interface ObjectStore {
  readonly port: number;
  /** Where the store keeps the bytes of an object. */
  pathOf(key: string): string;
  /** Stores a file. */
  put(key: string, file: string): Promise<void>;
}

/** Signs a link to an object, for a store at `origin`, good for so many seconds. */
export type LinkSigner = (origin: string, key: string, lifeSeconds: number) => Promise<string>;

const bucket = "backups";
/** The store's own, which are no secret. */
const accessKey = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/** Starts s3rver, which checks the links of signature version 2 for real. */
export async function startObjectStore(): Promise<ObjectStore> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const program = resolve(import.meta.dirname, "../../../node_modules/s3rver/bin/s3rver.js");
  await startDaemon({
    command: process.execPath,
    installedBy: "npm ci",
    arguments: [
      ...[program, "--address", "127.0.0.1", "--port", String(port), "--directory", folder],
      ...["--configure-bucket", bucket, "--silent"],
    ],
    port,
  });
  return {
    port,
    pathOf: (key) => join(folder, bucket, `${key}._S3rver_object`),
    async put(key, file) {
      await runBoto3({ origin: `http://127.0.0.1:${port}`, bucket, key, accessKey }, "put", file);
    },
  };
}

/** By boto3. */
export const signWithBoto3: LinkSigner = (origin, key, lifeSeconds) =>
  signByBoto3({ origin, bucket, key, lifeSeconds, accessKey });

/** By the SDK that Huawei publishes, in the dialect that other object stores understand too. */
export const signWithEsdk: LinkSigner = (origin, key, lifeSeconds) =>
  signByEsdk({ origin, bucket, key, lifeSeconds, accessKey }, "v2");
