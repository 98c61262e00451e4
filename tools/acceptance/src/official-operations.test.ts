import type { Emulator } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { allCalls } from "./all-calls.ts";
import { startComparedEmulator } from "./find-differences.ts";
import { callOfficially } from "./official-core.ts";

async function startedEmulator(): Promise<Emulator> {
  const emulator = await startComparedEmulator();
  onTestFinished(() => emulator.close());
  return emulator;
}

/** ROMA and MetaStudio answer 400 to a refused identity. */
const refusal = { hss: 401, iotda: 401, roma: 400, metastudio: 400, dds: 401 };

// With IoTDA's own name in the key, as its instances want it; the emulator takes both ways from all.
describe.each([
  ["plain", undefined],
  ["derived", "iotdm"],
])("the vendor's core with its own signer, %s", (_, derivedService) => {
  it.each(allCalls)("calls $name of $service", async ({ prepare, official }) => {
    const emulator = await startedEmulator();
    const call = official(prepare(emulator.store));
    const { url: endpoint, accessKey, projectId, region } = emulator;
    const derived = derivedService === undefined ? undefined : { service: derivedService, region };
    const status = await callOfficially(call, { endpoint, accessKey, projectId, derived });
    expect(Math.floor(status / 100)).toBe(2);
  });

  it.each(allCalls)(
    "is refused $name of $service with a wrong secret",
    async ({ service, prepare, official }) => {
      const emulator = await startedEmulator();
      const call = official(prepare(emulator.store));
      const { url: endpoint, projectId, region } = emulator;
      const accessKey = { ...emulator.accessKey, secretAccessKey: "another-secret" };
      const derived = derivedService === undefined ? undefined : { service: derivedService, region };
      expect(await callOfficially(call, { endpoint, accessKey, projectId, derived })).toBe(refusal[service]);
    },
  );
});
