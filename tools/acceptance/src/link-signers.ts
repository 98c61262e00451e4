import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { AccessKey } from "@cloudhaul/core-auth";
import ObsClient from "esdk-obs-nodejs";

/** A link that is to be signed. */
export interface LinkToSign {
  /** Where the store is. */
  readonly origin: string;
  readonly bucket: string;
  readonly key: string;
  readonly lifeSeconds: number;
  readonly accessKey: AccessKey;
}

/**
 * Version 4 puts, since s3rver misreads version 2 of a key that is not ASCII; version 2 signs links. Keys come by the
 * environment: others could read them among the arguments.
 */
const boto3Program = `
import os, sys, boto3
from botocore.config import Config
origin, bucket, key, action, value = sys.argv[1:]
def client(signature):
    config = Config(signature_version=signature, s3={"addressing_style": "path"}, proxies={})
    return boto3.client("s3", endpoint_url=origin, region_name="us-east-1", config=config)
if action == "put":
    client("s3v4").upload_file(value, bucket, key)
else:
    place = {"Bucket": bucket, "Key": key}
    print(client("s3").generate_presigned_url("get_object", Params=place, ExpiresIn=int(value)))
`;

/** By its full path: another Python that comes first would not have boto3. */
const python = "/usr/bin/python3";

/** Has boto3 store a file, or sign a link for so many seconds; resolves with what it printed. */
export async function runBoto3(
  { origin, bucket, key, accessKey }: Omit<LinkToSign, "lifeSeconds">,
  action: "put" | "link",
  value: string,
): Promise<string> {
  const { AWS_CA_BUNDLE: _, ...inherited } = process.env; // boto3 of Debian stops over one that is not there
  const { accessKeyId, secretAccessKey, securityToken } = accessKey;
  const env = {
    ...{ ...inherited, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    AWS_SESSION_TOKEN: securityToken ?? "",
  };
  const values = ["-c", boto3Program, origin, bucket, key, action, value];
  const { stdout } = await promisify(execFile)(python, values, { env }).catch((cause: unknown) => {
    const text = `boto3 did not do its part: is it installed (apt-get install python3-boto3)? ${cause}`;
    throw new Error(text, { cause });
  });
  return stdout.trim();
}

/** By boto3, which is independent of us and of Huawei. */
export function signByBoto3({ lifeSeconds, ...link }: LinkToSign): Promise<string> {
  return runBoto3(link, "link", String(lifeSeconds));
}

/**
 * By the SDK that Huawei publishes, in its own dialect or in that of other object stores, `v2`. Its own it speaks only where
 * the bucket is part of the host, which signatures do not cover: afterwards the bucket is put where stores on loopback have it.
 */
export async function signByEsdk(link: LinkToSign, dialect: "obs" | "v2"): Promise<string> {
  const { origin, bucket, key, lifeSeconds, accessKey } = link;
  const { accessKeyId, secretAccessKey, securityToken } = accessKey;
  const isOwn = dialect === "obs";
  const client = new ObsClient({
    ...{ access_key_id: accessKeyId, secret_access_key: secretAccessKey, security_token: securityToken },
    ...{ server: isOwn ? "http://obs.example" : origin, signature: dialect, path_style: !isOwn },
  });
  await new Promise(setImmediate); // its constructor goes on after it has returned
  const asked = { Method: "GET", Bucket: bucket, Key: key, Expires: lifeSeconds } as const;
  const { SignedUrl } = client.createSignedUrlSync(asked);
  return isOwn ? SignedUrl.replace(`http://${bucket}.obs.example:80`, `${origin}/${bucket}`) : SignedUrl;
}
