import { type CloudhaulError, ResponseFormatError } from "./errors.ts";

/** What reads an answer; a zod schema is one. */
export interface AnswerSchema<Answer> {
  /** Says whether `value` is such an answer, and gives it or what is wrong with it. */
  safeParse(value: unknown):
    | { readonly success: true; readonly data: Answer }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
}

/**
 * Reads a JSON answer by its schema.
 *
 * @param operation - the operation by the vendor's name, for the error
 * @throws ResponseFormatError when it is not JSON, or not what the schema says
 */
export function parseAnswer<Answer>(
  text: Uint8Array,
  schema: AnswerSchema<Answer>,
  operation: string,
): Answer {
  const result = schema.safeParse(parseJson(text, operation));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw formatError(operation, issue?.path.join(".") ?? "", issue?.message ?? "it is not as documented");
}

function parseJson(text: Uint8Array, operation: string): unknown {
  try {
    return JSON.parse(Buffer.from(text).toString("utf8"));
  } catch {
    // What JSON.parse says quotes the answer, and the answer may hold links, which are keys.
    throw formatError(operation, "", "it is not JSON");
  }
}

function formatError(operation: string, path: string, fault: string): CloudhaulError {
  const where = path ? ` at ${path}` : "";
  const text = `The answer to ${operation} cannot be read${where}: ${fault}. The service may have changed: look for a newer version.`;
  return new ResponseFormatError(path, text);
}
