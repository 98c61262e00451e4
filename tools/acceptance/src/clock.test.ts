import { lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientOptions, type Service, services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const zip = zipContent({ seed: "clock", bytes: 100_000 });
const backup = lz4TarContent({ seed: "clock", bytes: 100_000 });
const hourMs = 3_600_000;

/** The requests that a download takes when the cloud's clock is so far from this machine's. */
async function requestsOf(service: Service, offsetMs: number): Promise<readonly string[]> {
  const now = () => new Date(Date.now() + offsetMs);
  const emulator = await startEmulator({ now });
  onTestFinished(() => emulator.close());
  const content = service.name === "dds" ? backup : zip;
  service.add(emulator.store, content);
  const [file] = await service.save(clientOptions(emulator), await temporaryFolder());
  expect(file).toMatchObject({ bytes: content.bytes, sha256: await content.sha256() });
  return emulator.requests.map(({ status }) => String(status));
}

describe.each(services)("$name, by an access key", (service) => {
  it.each([
    ["ahead", -3 * hourMs],
    ["behind", 3 * hourMs],
  ])("costs one request more in all when this machine's clock is 3 hours %s", async (_, offsetMs) => {
    const usual = await requestsOf(service, 0);
    const seen = await requestsOf(service, offsetMs);
    expect(seen.length, seen.join()).toBe(usual.length + 1);
  });
});
