import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ObsClient from "esdk-obs-nodejs";
import { startDaemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
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
const accessKey = "S3RVER";

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
    put: async (key, file) => void (await runBoto3(`http://127.0.0.1:${port}`, key, "put", file)),
  };
}

/** Version 4 puts, since s3rver misreads version 2 of a key that is not ASCII; version 2 signs links. */
const boto3Program = `
import sys, boto3
from botocore.config import Config
origin, bucket, key, action, value = sys.argv[1:]
def client(signature):
    config = Config(signature_version=signature, s3={"addressing_style": "path"}, proxies={})
    return boto3.client("s3", endpoint_url=origin, region_name="us-east-1", aws_access_key_id="${accessKey}",
                        aws_secret_access_key="${accessKey}", config=config)
if action == "put":
    client("s3v4").upload_file(value, bucket, key)
else:
    place = {"Bucket": bucket, "Key": key}
    print(client("s3").generate_presigned_url("get_object", Params=place, ExpiresIn=int(value)))
`;

/** By its full path: another Python that comes first would not have boto3. */
const python = "/usr/bin/python3";

async function runBoto3(origin: string, key: string, action: "put" | "link", value: string): Promise<string> {
  const { AWS_CA_BUNDLE: _, ...env } = process.env; // boto3 of Debian stops over one that is not there
  const values = ["-c", boto3Program, origin, bucket, key, action, value];
  const { stdout } = await promisify(execFile)(python, values, { env }).catch((cause: unknown) => {
    const text = `boto3 did not do its part: is it installed (apt-get install python3-boto3)? ${cause}`;
    throw new Error(text, { cause });
  });
  return stdout.trim();
}

/** By boto3, which is independent of us and of Huawei. */
export const signWithBoto3: LinkSigner = (origin, key, lifeSeconds) =>
  runBoto3(origin, key, "link", String(lifeSeconds));

/** By the SDK that Huawei publishes, in the dialect that other object stores understand too. */
export const signWithEsdk: LinkSigner = async (origin, key, lifeSeconds) => {
  const client = new ObsClient({
    access_key_id: accessKey,
    secret_access_key: accessKey,
    server: origin,
    signature: "v2",
    path_style: true,
  });
  await new Promise(setImmediate); // its constructor goes on after it has returned
  const asked = { Method: "GET", Bucket: bucket, Key: key, Expires: lifeSeconds } as const;
  return client.createSignedUrlSync(asked).SignedUrl;
};
