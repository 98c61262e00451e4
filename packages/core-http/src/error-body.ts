import { redactText } from "./redact.ts";
import type { ResponseBody } from "./transport.ts";

/** What a service said of its refusal, whatever its dialect. */
export interface ErrorAnswer {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

const maxBytes = 64 * 1024;
const maxMessage = 1000;
const maxDepth = 5;

/** The spellings in use: each official SDK knows some of them, none knows all. */
const spellings = [
  { code: "error_code", message: "error_msg" },
  { code: "errorCode", message: "errorMsg" },
  { code: "code", message: "message" },
  { code: "Code", message: "Message" },
] as const;
const requestIds = ["request_id", "requestId", "RequestId"] as const;

/**
 * Reads the body of a refusal: at most 64 KiB and for at most `timeoutMs`, since an error body may be endless. A body
 * that breaks or never ends costs its details only, never the error itself.
 *
 * @param secrets - texts that nobody may see, should the server echo them
 */
export async function readErrorBody(
  body: ResponseBody,
  timeoutMs: number,
  secrets: readonly string[],
): Promise<ErrorAnswer> {
  // First of all: of a long secret that is cut, what is left could not be found any more.
  const text = redactText(await readSome(body, timeoutMs), secrets);
  return text.trimStart().startsWith("<") ? fromXml(text) : fromJson(text);
}

async function readSome(body: ResponseBody, timeoutMs: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const timer = setTimeout(() => void body.cancel(), timeoutMs);
  try {
    while (bytes < maxBytes) {
      const batch = await body.read();
      if (!batch) break;
      for (const chunk of batch) bytes += chunks.push(Buffer.from(chunk)) && chunk.byteLength;
    }
  } catch {
    // The refusal itself is known already from the status; half of its text is better than another error in its place.
  } finally {
    clearTimeout(timer);
    await body.cancel();
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}

function fromJson(text: string): ErrorAnswer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text.trim() === "" ? {} : { message: shorten(text) };
  }
  const found = findAnswer(parsed, 0) ?? {};
  return found.message || found.code ? found : { ...found, message: shorten(text) };
}

/** Looks at an object first, then at the objects within it: `{ error: { code } }`, `{ details: [...] }`. */
function findAnswer(value: unknown, depth: number): ErrorAnswer | undefined {
  if (typeof value !== "object" || value === null || depth > maxDepth) return undefined;
  const fields = value as Record<string, unknown>;
  const requestId = requestIds.map((name) => textOf(fields[name])).find(Boolean);
  for (const spelling of spellings) {
    const code = textOf(fields[spelling.code]);
    const message = textOf(fields[spelling.message]);
    // IAM writes its HTTP status as a number into `code`; a code of ours is worth more than that, and may lie deeper.
    if (code !== undefined || message !== undefined) return { code, message, requestId };
  }
  for (const inner of Object.values(fields)) {
    const found = findAnswer(inner, depth + 1);
    if (found) return { ...found, requestId: found.requestId ?? requestId };
  }
  return requestId === undefined ? undefined : { requestId };
}

/** The error page of an object store. Five elements of it are read; an XML parser would be a dependency for these. */
function fromXml(text: string): ErrorAnswer {
  const element = (name: string): string | undefined => {
    const content = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    return content === undefined ? undefined : shorten(unescapeXml(content));
  };
  const code = element("Code");
  const message = element("Message");
  if (code === undefined && message === undefined) return { message: shorten(text.replace(/<[^>]*>/g, " ")) };
  return { code, message, requestId: element("RequestId") };
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescapeXml(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? "");
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? shorten(value) : undefined;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > maxMessage ? `${line.slice(0, maxMessage)}…` : line;
}
