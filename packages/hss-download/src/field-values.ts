import type { OperationParameter } from "@cloudhaul/core-http";
import { oneOf } from "./parameters.ts";

type Values = Pick<OperationParameter, "values">;

/** How much a server matters to its owner. */
export const assetValue: Values = oneOf("important", "common", "test");
/** Whether something was dealt with. */
export const handleStatus: Values = oneOf("unhandled", "handled");
