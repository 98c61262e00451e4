import { ConfigurationError } from "./errors.ts";

/** What a value must be. */
export interface ParameterRule {
  /** Default `string`. */
  readonly type?:
    | "string"
    | "integer"
    | "boolean"
    | "strings"
    | "integers"
    | "pairs"
    | "objects"
    | "object"
    | "function"
    | undefined;
  readonly required?: boolean | undefined;
  /** Longest text, in characters. */
  readonly maxLength?: number | undefined;
  /** Least integer. */
  readonly min?: number | undefined;
  /** Greatest integer. */
  readonly max?: number | undefined;
  /** Least number of items of a list. */
  readonly minItems?: number | undefined;
  /** Greatest number of items of a list. */
  readonly maxItems?: number | undefined;
  /** The only values allowed, of a list for each of its items. */
  readonly values?: readonly unknown[] | undefined;
  /** Whether `false`, for "none", is allowed too. */
  readonly orFalse?: boolean | undefined;
}

/** Rules by option name. */
export type CheckedOptions = Readonly<Record<string, ParameterRule>>;

const types: Record<
  NonNullable<ParameterRule["type"]>,
  { readonly is: string; test(value: unknown): boolean }
> = {
  string: { is: "a non-empty string", test: (value) => typeof value === "string" && value !== "" },
  integer: { is: "a whole number", test: Number.isSafeInteger },
  boolean: { is: "true or false", test: (value) => typeof value === "boolean" },
  strings: {
    is: "a list of strings",
    test: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  },
  integers: {
    is: "a list of whole numbers",
    test: (value) => Array.isArray(value) && value.every(Number.isSafeInteger),
  },
  pairs: {
    is: "a list of pairs of strings",
    test: (value) =>
      Array.isArray(value) && value.every((item) => types.strings.test(item) && item.length === 2),
  },
  objects: {
    is: "a list of objects",
    test: (value) => Array.isArray(value) && value.every((item) => types.object.test(item)),
  },
  object: { is: "an object", test: (value) => typeof value === "object" && value !== null },
  function: { is: "a function", test: (value) => typeof value === "function" },
};

/**
 * Checks what a user gave against a table of rules. An unknown name is refused too: a misspelt option that is quietly
 * ignored is a fault that shows much later.
 *
 * @param prefix - put before each name in messages, for options within options
 * @throws ConfigurationError naming the option and the remedy
 */
export function checkInput(rules: CheckedOptions, input: unknown, prefix = ""): void {
  if (typeof input !== "object" || input === null) {
    throw new ConfigurationError("options", `Options must be given as an object, but are ${shown(input)}.`);
  }
  for (const name of Object.keys(input)) {
    if (Object.hasOwn(rules, name)) continue;
    const known = Object.keys(rules).join(", ");
    const text = `There is no option ${JSON.stringify(prefix + name)} here. Known are: ${known || "none"}.`;
    throw new ConfigurationError(prefix + name, text);
  }
  for (const [name, rule] of Object.entries(rules)) {
    const fault = faultOf(rule, (input as Record<string, unknown>)[name]);
    if (fault) throw new ConfigurationError(prefix + name, `${prefix}${name} ${fault}.`);
  }
}

function faultOf(rule: ParameterRule, value: unknown): string | undefined {
  if (value === false && rule.orFalse) return undefined;
  if (value === undefined) return rule.required ? "is missing: give it" : undefined;
  if (rule.values && !isListRule(rule)) return faultOfChoice(rule.values, value);
  const type = types[rule.type ?? "string"];
  if (!type.test(value)) return `must be ${type.is}, but is ${shown(value)}`;
  if (Array.isArray(value)) return faultOfList(rule, value);
  if (typeof value === "string" && value.length > (rule.maxLength ?? Number.POSITIVE_INFINITY)) {
    return `must have at most ${rule.maxLength} characters, but has ${value.length}`;
  }
  if (typeof value === "string" && hasControlCharacter(value)) return "must not hold control characters";
  if (typeof value === "number" && value < (rule.min ?? value))
    return `must be at least ${rule.min}, but is ${value}`;
  if (typeof value === "number" && value > (rule.max ?? value))
    return `must be at most ${rule.max}, but is ${value}`;
  return undefined;
}

function isListRule({ type }: ParameterRule): boolean {
  return type === "strings" || type === "integers";
}

function faultOfChoice(values: readonly unknown[], value: unknown): string | undefined {
  const allowed = values.map((item) => JSON.stringify(item)).join(", ");
  return values.includes(value) ? undefined : `must be one of ${allowed}, but is ${shown(value)}`;
}

function faultOfList(rule: ParameterRule, items: readonly unknown[]): string | undefined {
  const { values, minItems = 0, maxItems = items.length } = rule;
  const isOther = values && items.some((item) => !values.includes(item));
  if (isOther) return `must hold nothing but ${values.map((item) => JSON.stringify(item)).join(", ")}`;
  if (items.length < minItems) return `must have at least ${minItems} items, but has ${items.length}`;
  if (items.length > maxItems) return `must have at most ${maxItems} items, but has ${items.length}`;
  return undefined;
}

/** A line break in a header value would start a header of the attacker's choice. */
function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}

/** Never the value of a text: it may be a secret in the wrong place. */
function shown(value: unknown): string {
  if (value === "") return "empty";
  if (typeof value === "string") return "a string";
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
