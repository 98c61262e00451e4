import { downloadLink } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { startEmulatedStore } from "./emulated-store.ts";
import { signByBoto3 } from "./link-signers.ts";

const read = (url: string): Promise<Uint8Array> =>
  downloadLink({ url, retry: false }).toBytes({ maxBytes: 100 });

describe.each(["with a security token", "without"] as const)("a link of boto3, %s", (token) => {
  it("the emulator accepts it", async () => {
    const { bytes, link } = await startEmulatedStore();
    expect(Buffer.from(await read(await signByBoto3(link(token))))).toEqual(bytes);
  });

  it("the emulator refuses it once it has ended, was changed, or is of a wrong secret", async () => {
    let aheadMs = 0;
    const { link } = await startEmulatedStore(() => aheadMs);
    const { accessKey } = link(token);
    const wrong = { ...accessKey, secretAccessKey: "another-secret" };
    const signed = await signByBoto3(link(token));
    const forbidden = { kind: "forbidden", serviceCode: "SignatureDoesNotMatch" };
    await expect(read(signed.replace("2026/a", "2027/a"))).rejects.toMatchObject(forbidden);
    await expect(read(await signByBoto3(link(token, { accessKey: wrong })))).rejects.toMatchObject(forbidden);
    aheadMs = 62_000;
    await expect(read(signed)).rejects.toMatchObject({ kind: "expired", serviceCode: "AccessDenied" });
  });
});
