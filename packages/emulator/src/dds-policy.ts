import { jsonAnswer } from "./answers.ts";
import { badParameter } from "./dds-refusal.ts";
import { choice, type Fields, faultOf, required, text } from "./request-fields.ts";
import { jsonObject } from "./request-json.ts";
import type { RouteContext } from "./route.ts";

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0282.html */
export function getDownloadPolicy(_: Request, { state }: RouteContext): Response {
  return jsonAnswer(200, state.store.dds.downloadPolicy);
}

const action = required(choice("open", "close"));

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0280.html */
export function saveDownloadPolicy(_: Request, context: RouteContext): Promise<Response> {
  return setPolicy({ action }, context);
}

/** @see https://support.huaweicloud.com/intl/en-us/api-dds/dds_api_0281.html */
export function updateDownloadPolicy(_: Request, context: RouteContext): Promise<Response> {
  return setPolicy({ id: required(text()), action }, context);
}

async function setPolicy(fields: Fields, context: RouteContext): Promise<Response> {
  const { dds } = context.state.store;
  const body = (await jsonObject(context)) ?? {};
  const fault = faultOf(fields, body);
  if (fault) return badParameter(fault);
  if (fields.id && body.id !== dds.downloadPolicy.id) return badParameter("The policy does not exist");
  dds.setDownloadPolicy(body.action === "close" ? "close" : "open");
  return jsonAnswer(200, {});
}
