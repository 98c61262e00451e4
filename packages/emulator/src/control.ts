import { jsonAnswer } from "./answers.ts";
import type { FaultRule } from "./faults.ts";
import type { RequestRecord } from "./request-log.ts";
import type { Wire } from "./route.ts";
import type { EmulatorState } from "./state.ts";
import { listStoredObjects } from "./stored-objects.ts";

/** The paths that other processes, in any language, steer an emulator by. */
export const controlPath = "/_emulator/";

type ControlHandler = (
  wire: Wire,
  state: EmulatorState,
  requests: readonly RequestRecord[],
) => Promise<Response>;

const routes: Readonly<Record<string, ControlHandler>> = {
  "GET /_emulator/state": async (_wire, { region, projectId, accessKey, user, store }) =>
    jsonAnswer(200, { region, projectId, accessKey, user, objects: await listStoredObjects(store) }),
  "GET /_emulator/requests": async (_wire, _state, requests) => jsonAnswer(200, { requests }),
  "POST /_emulator/faults": async (wire, { faults }) => addFault(await wire.body(), faults.add),
  "DELETE /_emulator/faults": async (_wire, { faults }) => {
    faults.clear();
    return new Response(null, { status: 204 });
  },
};

/** Answers a request of the control plane, which is open to this machine alone. */
export async function answerControl(
  method: string,
  wire: Wire,
  state: EmulatorState,
  requests: readonly RequestRecord[],
): Promise<Response> {
  const { hostname, pathname } = new URL(wire.url);
  // A page in a browser can reach loopback under a name of its own; an address in `Host` it cannot forge.
  const named = hostname === "localhost" || hostname === "[::1]" || /^127\.[\d.]+$/.test(hostname);
  if (!wire.loopback || !named)
    return jsonAnswer(403, { error: "The control plane answers on loopback only." });
  const handle = Object.hasOwn(routes, `${method} ${pathname}`) ? routes[`${method} ${pathname}`] : undefined;
  return (
    handle?.(wire, state, requests) ??
    jsonAnswer(404, { error: `Known are: ${Object.keys(routes).join(", ")}.` })
  );
}

function addFault(body: Uint8Array, add: (rule: FaultRule) => void): Response {
  try {
    add(JSON.parse(new TextDecoder().decode(body)) as FaultRule);
  } catch (error) {
    return jsonAnswer(400, { error: error instanceof Error ? error.message : String(error) });
  }
  return new Response(null, { status: 204 });
}
