import { inspect } from "node:util";

/** A place where a secret was found. */
export interface Leak {
  readonly secret: string;
  readonly where: string;
}

/** Everything that a program could print of a value: an error, a log line, an event. */
function printedForms(value: unknown): Readonly<Record<string, string>> {
  const error = value as Partial<Error>;
  return {
    message: String(error.message),
    stack: String(error.stack),
    string: String(value),
    json: JSON.stringify(value) ?? "",
    inspect: inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null }),
  };
}

/** An error and all that lies beneath it. */
function causesOf(value: unknown): unknown[] {
  const found: unknown[] = [];
  for (let at = value; at !== undefined && at !== null && !found.includes(at); at = (at as Error).cause)
    found.push(at);
  return found;
}

/** As it is, and as it could stand in a URL or in base64. */
function writingsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  return [secret, encodeURIComponent(secret), base64];
}

/** Each layer of JSON or of quotes adds backslashes of its own. */
const withoutEscapes = (text: string): string => text.replaceAll("\\", "");

/** The secrets that can be read anywhere in `value`. */
export function leaksIn(value: unknown, label: string, secrets: readonly string[]): Leak[] {
  return causesOf(value).flatMap((part, depth) =>
    Object.entries(printedForms(part)).flatMap(([form, printed]) => {
      const text = withoutEscapes(printed);
      const isTold = (secret: string) =>
        writingsOf(secret).some((writing) => text.includes(withoutEscapes(writing)));
      return secrets
        .filter(isTold)
        .map((secret) => ({ secret, where: `${label}, ${"cause of ".repeat(depth)}${form}` }));
    }),
  );
}
