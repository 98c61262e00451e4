import { ConfigurationError } from "@cloudhaul/core-http";
import type { FlagValues } from "./flags.ts";

/** What `--field NAME=VALUE` says, as one object: a value that is JSON is taken as that, any other as a text. */
export function inputOf({ field = [] }: FlagValues): Record<string, unknown> {
  return Object.fromEntries(
    field.map((text) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new ConfigurationError(
          "field",
          "--field must be NAME=VALUE, for example --field category=host.",
        );
      return [name, parsed(value)];
    }),
  );
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value; // a text that needs no quotes
  }
}
