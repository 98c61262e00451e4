import type { OperationParameter } from "@cloudhaul/core-http";

type Rule = Omit<OperationParameter, "in" | "name">;
/** The parameters of an operation whose input is `Input`: every field of it, and no other. */
export type ParametersOf<Input> = { readonly [Name in keyof Required<Input>]: OperationParameter };

const at =
  (place: OperationParameter["in"]) =>
  (name: string, rule: Rule = {}): OperationParameter => ({ in: place, name, ...rule });

export const path: (name: string, rule?: Rule) => OperationParameter = at("path");
export const query: (name: string, rule?: Rule) => OperationParameter = at("query");
export const header: (name: string, rule?: Rule) => OperationParameter = at("header");
export const body: (name: string, rule?: Rule) => OperationParameter = at("body");

export const upTo = (maxLength: number): Rule => ({ maxLength });
export const oneOf = (...values: readonly string[]): Rule => ({ values });
export const someOf = (...values: readonly string[]): Rule => ({ type: "strings", values });
export const whole = (min?: number, max?: number): Rule => ({ type: "integer", min, max });
export const required = (rule: Rule): Rule => ({ ...rule, required: true });
export const texts: Rule = { type: "strings" };
export const flag: Rule = { type: "boolean" };
/** A table without columns holds nothing. */
export const columns: Rule = { type: "pairs", minItems: 1 };
/** Where the service demands a number of records and has no default: what it takes itself where it has one. */
export const wholeTable = (min = 1, max?: number): Rule => ({ ...whole(min, max), default: 100_000 });

/** Of the servers; in every operation. */
export const enterpriseProject: OperationParameter = query("enterprise_project_id", upTo(256));
/** Optional in most operations of today; older pages demand it, so it is sent wherever it is known. */
export const region: OperationParameter = header("region", upTo(128));
