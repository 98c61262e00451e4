/** `titles` are pairs of a field's key and the title of its column; `json` is an object that is written as a text. */
type Kind = "text" | "whole" | "flag" | "object" | "texts" | "objects" | "titles" | "json";

/** What a document says of one field of a request. A limit that it does not name is not checked. */
export interface Field {
  readonly is: Kind;
  readonly required?: true;
  readonly oneOf?: readonly string[];
  /** Of a text its length, of a number its value, of a list its length. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
}

/** The fields of a query or of a body, by name. Fields that are not here are let pass. */
export type Fields = Readonly<Record<string, Field>>;

/** The values that a request gives. */
export type Values = Readonly<Record<string, unknown>>;

/** A text, of 1 to `max` characters where a document says so. */
export function text(max?: number): Field {
  return max === undefined ? { is: "text" } : { is: "text", min: 1, max };
}

/** A whole number. */
export function whole(min?: number, max?: number): Field {
  return { is: "whole", ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** One of these words. */
export function choice(...oneOf: readonly string[]): Field {
  return { is: "text", oneOf };
}

/** A field that a request must have. */
export function required(field: Field): Field {
  return { ...field, required: true };
}

const isList = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem);
const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const kinds: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: isText,
  whole: (value) => Number.isSafeInteger(value),
  flag: (value) => typeof value === "boolean",
  object: isObject,
  texts: (value) => isList(value, isText),
  objects: (value) => isList(value, isObject),
  titles: (value) => isList(value, (row) => isList(row, isText) && (row as string[]).length === 2),
  json: (value) => isText(value) && isObject(parseJson(value)),
};

/** `undefined` where a text is no JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** A query's values as what its fields are: numbers, flags, and lists that are written as one parameter each. */
export function queryValues(fields: Fields, query: URLSearchParams): Values {
  const values = [...new Set(query.keys())].map((name) => {
    const all = query.getAll(name);
    const [first = ""] = all;
    const kind = fields[name]?.is;
    if (kind === "texts") return [name, all];
    if (kind === "whole") return [name, /^-?\d+$/.test(first) ? Number(first) : first];
    return [name, kind === "flag" && /^(true|false)$/.test(first) ? first === "true" : first];
  });
  return Object.fromEntries(values) as Values;
}

/** The first thing that is wrong, or `undefined`. A field that is `null` counts as absent. */
export function faultOf(fields: Fields, values: Values): string | undefined {
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name] ?? undefined;
    if (value === undefined && field.required) return `${name} is required`;
    if (value !== undefined && !fits(field, value)) return `${name} is invalid`;
  }
  return undefined;
}

function fits(
  { is, oneOf, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, pattern }: Field,
  value: unknown,
): boolean {
  if (!kinds[is](value)) return false;
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (oneOf && !items.every((item) => oneOf.includes(String(item)))) return false;
  if (pattern && !pattern.test(String(value))) return false;
  const size = typeof value === "number" ? value : sizeOf(value);
  return size >= min && size <= max;
}

function sizeOf(value: unknown): number {
  return typeof value === "string" || Array.isArray(value) ? value.length : 0;
}
