import { jsonAnswer } from "./answers.ts";

/** A refusal in the shape of IAM. */
export function refusal(code: number, title: string, message: string): Response {
  return jsonAnswer(code, { error: { code, message, title } });
}

/** A request's body; `undefined` where it is no JSON. */
export function readJson<Body>(body: Uint8Array): Body | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Body;
  } catch {
    return undefined;
  }
}

/** With six digits of a second, as IAM writes it. */
export function writeTime(date: Date): string {
  return date.toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
}
