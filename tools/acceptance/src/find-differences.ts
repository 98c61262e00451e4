import { type Emulator, startEmulator } from "@cloudhaul/emulator";
import { compareRequests, type Difference, type RecordedCall } from "./compare-requests.ts";
import type { ComparedCall } from "./compared-call.ts";
import { callOfficially } from "./official-core.ts";
import { clientOptions } from "./services.ts";
import { startWireRecorder } from "./wire-recorder.ts";

/** A difference, and the operations whose requests show it. */
export interface FoundDifference extends Difference {
  readonly operations: readonly string[];
}

/** Makes every call by both, and tells how what they sent differs; each difference once. */
export async function findDifferences(calls: readonly ComparedCall[]): Promise<readonly FoundDifference[]> {
  const found = new Map<string, FoundDifference>();
  for (const call of calls) {
    for (const difference of await compareCall(call)) {
      const key = JSON.stringify(difference);
      const operations = [...(found.get(key)?.operations ?? []), `${call.service} ${call.name}`];
      found.set(key, { ...difference, operations });
    }
  }
  return [...found.values()];
}

/** Where a job of DDS can be asked for at once. */
export function startComparedEmulator(): Promise<Emulator> {
  return startEmulator({ variants: { dds: { newJob: "shown" } } });
}

async function compareCall(call: ComparedCall): Promise<readonly Difference[]> {
  const ours = await record(call, (emulator, endpoint, ids) =>
    call.ours(clientOptions(emulator, { endpoint }), ids),
  );
  const official = await record(call, async ({ accessKey, projectId }, endpoint, ids) => {
    const status = await callOfficially(call.official(ids), { endpoint, accessKey, projectId });
    if (status >= 300) throw new Error(`The emulator refused ${call.name} of the vendor's core: ${status}`);
  });
  return compareRequests(ours, official);
}

/** What is sent for a call to an emulator of its own, which has what is asked for. */
async function record(
  call: ComparedCall,
  send: (emulator: Emulator, endpoint: string, ids: RecordedCall["ids"]) => Promise<unknown>,
): Promise<RecordedCall> {
  const emulator = await startComparedEmulator();
  const recorder = await startWireRecorder(emulator.url);
  try {
    const ids = call.prepare(emulator.store);
    await send(emulator, recorder.url, ids);
    const { method, url } = call.official(ids);
    const path = new RegExp(`^${url.replaceAll(".", "[.]").replaceAll(/\{\w+\}/g, "[^/?]+")}(\\?|$)`);
    // Of a job in several steps, this step.
    const request = recorder.requests.find((one) => one.method === method && path.test(one.url));
    if (!request) throw new Error(`Nobody sent ${method} ${url}, which ${call.name} is.`);
    return { request, ids };
  } finally {
    await Promise.all([recorder.close(), emulator.close()]);
  }
}
