import { readJson } from "./iam-answers.ts";
import type { Values } from "./request-fields.ts";
import type { RouteContext } from "./route.ts";

/** The body of a request; `undefined` where it is no JSON object. */
export async function jsonObject({ wire }: RouteContext): Promise<Values | undefined> {
  return asObject(readJson<unknown>(await wire.body()));
}

/** The value when it is an object. */
export function asObject(value: unknown): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
