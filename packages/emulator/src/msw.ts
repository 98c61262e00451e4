import { type HttpHandler, http } from "msw";
import { answer, services } from "./dispatch.ts";
import { obs } from "./obs.ts";
import type { Route } from "./route.ts";
import type { EmulatorState } from "./state.ts";

/**
 * The emulator's routes as msw request handlers, for tests in which host names matter: every service at any host, OBS at the
 * state's `origin` alone. Faults need a socket, and are not carried out here.
 *
 * @param state - from `createEmulatorState`
 */
export function handlers(state: EmulatorState): HttpHandler[] {
  const resolve = ({ request }: { readonly request: Request }): Promise<Response> => {
    const body = async () => new Uint8Array(await request.clone().arrayBuffer());
    return answer(request, { url: request.url, loopback: true, body }, state);
  };
  const apis = services.filter((service) => service !== obs).flatMap((service) => service.routes);
  return [
    ...apis.map(({ method, path }) => {
      const verb = method.toLowerCase() as Lowercase<Route["method"]>;
      return http[verb](`*${path.replace(/\{(\w+)\}/g, ":$1")}`, resolve);
    }),
    http.all(`${state.origin()}/*`, resolve),
  ];
}
