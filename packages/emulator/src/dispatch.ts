import { randomUUID } from "node:crypto";
import { gatewayRefusal, gatewayUnauthenticated } from "./answers.ts";
import { identify } from "./authenticate.ts";
import { dds } from "./dds.ts";
import { hss } from "./hss.ts";
import { iam } from "./iam.ts";
import { iotda } from "./iotda.ts";
import { metadata, metadataPaths } from "./metadata.ts";
import { metastudio } from "./metastudio.ts";
import { identifyLink, obs } from "./obs.ts";
import { podIdentity } from "./pod-identity.ts";
import { roma } from "./roma.ts";
import { matchPath, type Route, type RouteContext, type Service, type Wire } from "./route.ts";
import type { EmulatorState } from "./state.ts";

/** Every service; OBS comes last, since a bucket may have any name. */
export const services: readonly Service[] = [
  iam,
  podIdentity,
  metadata,
  ...[hss, iotda, roma, metastudio, dds],
  obs,
];

/** The gateway itself, for paths that belong to no service. */
const gateway: Service = {
  name: "gateway",
  routes: [],
  unauthenticated: gatewayUnauthenticated,
  wrongProject: (context) => gatewayRefusal(403, "APIGW.0302", "The project is not yours.", context),
};

/** Who asks, as the state that is theirs; or a refusal. */
const guards: Readonly<
  Record<Route["auth"], (request: Request, context: RouteContext) => ReturnType<typeof identify>>
> = {
  signed: identify,
  link: async (request, context) => identifyLink(request, context),
  none: async (_request, context) => context.state,
};

/** Answers a request as the cloud would. */
export async function answer(request: Request, wire: Wire, state: EmulatorState): Promise<Response> {
  const requestId = randomUUID().replaceAll("-", "");
  const [path = "", query = ""] = wire.url.replace(/^\w+:\/\/[^/?]*/, "").split(/\?(.*)/s);
  const context = { state, wire, requestId, query: new URLSearchParams(query), service: gateway, params: {} };
  const response = await route(request, path, context);
  response.headers.set("date", state.now().toUTCString());
  if (!response.headers.has("x-obs-request-id")) response.headers.set("x-request-id", requestId);
  return response;
}

async function route(request: Request, path: string, context: RouteContext): Promise<Response> {
  if (!isDecodable(path))
    return gatewayRefusal(400, "APIGW.0201", "Bad request: the path cannot be decoded", context);
  for (const service of servicesOf(path)) {
    for (const route of service.routes) {
      const params = route.method === request.method ? matchPath(route.path, path) : undefined;
      if (!params) continue;
      const own = { ...context, service, params };
      const caller = await guards[route.auth](request, own);
      return caller instanceof Response ? caller : route.handle(request, { ...own, state: caller });
    }
  }
  return gatewayRefusal(
    404,
    "APIGW.0101",
    "The API does not exist or has not been published in the environment",
    context,
  );
}

/** Every API has its version before all else, which no bucket is named like; the paths of metadata are two. */
function servicesOf(path: string): readonly Service[] {
  if (metadataPaths.includes(path)) return [metadata];
  const isApi = /^\/v\d+(\.\d+)?(\/|$)/.test(path);
  return services.filter((service) => (service === obs) !== isApi);
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
