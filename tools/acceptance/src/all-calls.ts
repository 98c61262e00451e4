import type { ComparedCall } from "./compared-call.ts";
import { ddsCalls } from "./dds-calls.ts";
import { hssCalls } from "./hss-calls.ts";
import { iotdaCalls } from "./iotda-calls.ts";
import { metastudioCalls } from "./metastudio-calls.ts";
import { romaCalls } from "./roma-calls.ts";

/** Every operation of the five services. */
export const allCalls: readonly ComparedCall[] = [
  ...hssCalls,
  ...iotdaCalls,
  ...romaCalls,
  ...metastudioCalls,
  ...ddsCalls,
];
