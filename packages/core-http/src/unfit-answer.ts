import { IntegrityError } from "./download-errors.ts";
import type { HttpResponse } from "./transport.ts";

/**
 * What is wrong with a good answer that cannot be the file, by its status and headers alone.
 *
 * @param isWholeAsked - whether no range was asked for, whatever happened before
 */
export function unfitAnswer(
  { status, headers }: HttpResponse,
  operation: string,
  isWholeAsked: boolean,
): IntegrityError | undefined {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    const text = `${operation} answered in the encoding ${encoding}, which was not asked for: the file cannot be checked.`;
    return new IntegrityError({ reason: "encoding", expected: "identity", received: encoding }, text);
  }
  // A 202 says "later" and a 204 "nothing": either would become an empty file.
  if (status > 200 && status < 300 && status !== 203 && status !== 206) {
    const text = `${operation} answered with status ${status}, which brings no file.`;
    return new IntegrityError({ reason: "content", expected: "200", received: String(status) }, text);
  }
  if (status === 206 && isWholeAsked) {
    const text = `${operation} answered with a part of the file, which was not asked for.`;
    return new IntegrityError(
      { reason: "range", expected: "200", received: headers["content-range"] ?? "206" },
      text,
    );
  }
  return undefined;
}
