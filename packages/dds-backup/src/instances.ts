import type { ServiceClient } from "@cloudhaul/core-auth";
import { type CallOptions, checkInput, pagesByOffset } from "@cloudhaul/core-http";
import type { DdsInstance, ListInstancesInput } from "./instance.ts";
import { operations } from "./operations.ts";

const { offset: _, ...rules } = operations.listInstances.parameters;

/** All instances that fit, over all pages. The input is checked at once. */
export function listInstances(
  client: ServiceClient,
  input: ListInstancesInput,
  options?: CallOptions,
): AsyncIterable<DdsInstance> {
  checkInput(rules, input);
  const asked = { ...input };
  const schema = async () => (await import("./schemas.ts")).instances;
  return pagesByOffset((offset) =>
    client.call(operations.listInstances, { ...asked, offset }, schema, options),
  );
}
