import {
  type Authorizer,
  exchangeWithRetry,
  fillOperation,
  type HttpSettings,
  type Operation,
  parseAnswer,
  readAnswer,
} from "@cloudhaul/core-http";
import type { ZodType } from "zod";
import { iamErrorKinds } from "./iam.ts";

/** One question to IAM. */
export interface IamCall<Answer> {
  readonly operation: Operation;
  readonly input: Readonly<Record<string, unknown>>;
  readonly endpoint: string;
  readonly settings: HttpSettings;
  readonly signal: AbortSignal | undefined;
  readonly authorizer?: Authorizer | undefined;
  /** JSON to send where the operation's parameters make none. */
  readonly body?: Uint8Array | undefined;
  /** Texts in the body that nobody may see. */
  readonly secrets?: readonly string[] | undefined;
  /** Which schema reads the answer; loaded with it, on first use. */
  schema(schemas: typeof import("./schemas.ts")): ZodType<Answer>;
}

/** What IAM said. */
export interface IamAnswer<Answer> {
  readonly body: Answer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Far beyond any list of projects. */
const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * Asks IAM and reads its answer.
 *
 * @throws ServiceError, TransportError or TimeoutError when IAM refuses, or does not answer
 * @throws ResponseFormatError when the answer is not what its document says
 */
export async function askIam<Answer>(call: IamCall<Answer>): Promise<IamAnswer<Answer>> {
  const { operation, settings, signal } = call;
  const filled = fillOperation(operation, call.input);
  const body = filled.body ?? call.body;
  const response = await exchangeWithRetry(
    {
      operation: operation.name,
      request: {
        method: operation.method,
        url: `${call.endpoint}${filled.path}`,
        headers: {
          accept: "application/json",
          ...(body && { "content-type": "application/json" }),
          ...filled.headers,
        },
        body,
      },
      repeat: operation.repeat,
      authorizer: call.authorizer,
      errorKinds: iamErrorKinds,
      secrets: call.secrets,
    },
    settings,
    signal,
  );
  const bytes = await readAnswer(response, {
    maxBytes: maxAnswerBytes,
    timeoutMs: settings.timeouts.bodyMs,
    signal,
  });
  const schema = call.schema(await import("./schemas.ts"));
  return { body: parseAnswer(bytes, schema, operation.name), headers: response.headers };
}
