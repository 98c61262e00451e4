import type { RouteContext } from "./route.ts";

/** A JSON answer with its length. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return textAnswer(status, "application/json", JSON.stringify(body), headers);
}

/** A short text with its length. */
export function textAnswer(
  status: number,
  contentType: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = new TextEncoder().encode(text);
  return new Response(body, {
    status,
    headers: { "content-type": contentType, "content-length": String(body.byteLength), ...headers },
  });
}

/** A refusal of the gateway that stands before every service. */
export function gatewayRefusal(
  status: number,
  code: string,
  message: string,
  context: RouteContext,
): Response {
  return jsonAnswer(status, { error_msg: message, error_code: code, request_id: context.requestId });
}

/** What the gateway answers to a request that does not prove who asks. */
export function gatewayUnauthenticated(message: string, context: RouteContext): Response {
  return gatewayRefusal(401, "APIGW.0301", `Incorrect IAM authentication information: ${message}`, context);
}
