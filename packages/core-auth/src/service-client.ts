import {
  type AnswerSchema,
  type CallOptions,
  type CheckedOptions,
  checkInput,
  createDownload,
  createHttpSettings,
  type Download,
  type DownloadSource,
  type ErrorKinds,
  type Exchange,
  type ExportJob,
  exchange,
  exchangeWithRetry,
  fillOperation,
  type HttpOptions,
  type HttpResponse,
  type HttpSettings,
  httpOptionRules,
  type Operation,
  type Pacer,
  parseAnswer,
  readAnswer,
  retryPolicy,
  type SourceIdentity,
  withDeadline,
} from "@cloudhaul/core-http";
import { createAuthorizer } from "./authorizer.ts";
import { crypto } from "./builtins.ts";
import type { CredentialProvider } from "./credentials.ts";
import { defaultCredentials } from "./default-credentials.ts";
import { derivedScope, type Signing } from "./derived-signing.ts";
import { type RegionTable, resolveEndpoint } from "./endpoint.ts";
import { gatewayErrorKinds } from "./gateway-error-kinds.ts";
import { createProjectIdResolver } from "./project-id.ts";
import { createServiceClock } from "./service-clock.ts";

/** Options of every service's client. */
export interface ServiceClientOptions extends HttpOptions {
  /** Region id, for example `ap-southeast-3`. Needed unless `endpoint` and `projectId` are given. */
  readonly region?: string | undefined;
  /** Default: the credential's own, else the one that IAM names for the region. */
  readonly projectId?: string | undefined;
  /** Default: {@link defaultCredentials}. */
  readonly credentials?: CredentialProvider | undefined;
  /** Where the service answers: scheme and host. Default: see {@link resolveEndpoint}. */
  readonly endpoint?: string | undefined;
}

/** The option of services that have hosts which take only signatures by derived keys. */
export interface SigningOptions {
  /**
   * `derived` signs with `V11-HMAC-SHA256`, `plain` with `SDK-HMAC-SHA256`. Default: `plain` for the hosts that a region
   * shares, `derived` for an instance's own. Tokens are sent alike to both.
   */
  readonly signing?: Signing | undefined;
}

/** What a service package tells of its service. */
export interface ServiceDefinition {
  /** Short name, as in host names and in `HUAWEICLOUD_SDK_REGION_<SERVICE>_<REGION>`. */
  readonly service: string;
  readonly regions: RegionTable;
  /** The service's own error codes; those of the gateway are known. */
  readonly errorKinds: ErrorKinds;
  /** Of a service with hosts that take derived signatures: its name in their keys, for example `iotdm`. */
  readonly derived?: { readonly service: string } | undefined;
}

/** A whole job, as a service tells it. */
export interface ServiceExport extends Pick<ExportJob, "start" | "find" | "wait" | "cleanUp" | "onLost"> {
  /** The operation that starts it. With its input it is what the job is known by. */
  readonly operation: Operation;
  readonly input: object;
  /**
   * The operation that downloads the file. Its input is what `wait` resolves with; `fileName` there is the file's name,
   * where the service tells it before the download.
   */
  readonly download: Operation;
  readonly pace?: Pacer | undefined;
}

/** What a service's client is built from. */
export interface ServiceClient {
  readonly settings: HttpSettings;
  /** Host and port that requests go to. */
  readonly host: string;
  /** Calls an operation that answers JSON, and reads its answer. The schema is loaded when the answer is there. */
  call<Answer>(
    operation: Operation,
    input: object,
    loadSchema: () => Promise<AnswerSchema<Answer>>,
    options?: CallOptions,
  ): Promise<Answer>;
  /**
   * The plan of an operation that answers a file.
   *
   * @throws ConfigurationError at once when the input is wrong
   */
  download(operation: Operation, input: object, pace?: Pacer): Download;
  /** The same, less the plan: for operations whose file is asked for in steps of one's own. */
  source(operation: Operation, input: object, pace?: Pacer): DownloadSource;
  /**
   * The plan of a whole job: export, wait, download.
   *
   * @throws ConfigurationError at once when the input is wrong
   */
  exportFile(job: ServiceExport): Download;
  /** Calls an operation whose answer tells nothing but that it was done. */
  send(operation: Operation, input: object, options?: CallOptions): Promise<void>;
  /** What a file of this service is known by. */
  identity(ids: readonly string[], signal: AbortSignal | undefined): Promise<SourceIdentity>;
  /** Closes idle connections, unless the transport is the caller's own. */
  close(): Promise<void>;
}

/** The rules of {@link ServiceClientOptions}. */
export const serviceOptionRules: CheckedOptions = {
  ...httpOptionRules,
  region: { maxLength: 64 },
  projectId: { maxLength: 64 },
  credentials: { type: "function" },
  endpoint: {},
};

const signingRules: CheckedOptions = { signing: { values: ["plain", "derived"] } };

/** A JSON answer longer than this is no answer of these services. */
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * Joins who you are to the way requests are sent. Nothing is sent, and no credential is asked for, before the first call.
 *
 * @throws ConfigurationError when an option is wrong, the region is not known, or an instance's own host lacks one
 */
export function createServiceClient(
  definition: ServiceDefinition,
  options: ServiceClientOptions & SigningOptions,
): ServiceClient {
  checkInput({ ...serviceOptionRules, ...(definition.derived && signingRules) }, options);
  const { region, credentials = defaultCredentials(), signing } = options;
  const { service, regions } = definition;
  const endpoint = resolveEndpoint({ service, region, endpoint: options.endpoint, regions });
  const derivedService = definition.derived?.service;
  const derived = derivedScope({ service, derivedService, regions, endpoint, region, signing });
  const settings = createHttpSettings(options);
  const account = { credentials, settings, region, clock: createServiceClock() };
  const projectId = createProjectIdResolver({ ...account, projectId: options.projectId });
  const authorizer = createAuthorizer({ ...account, projectId, derived });
  const errorKinds = { ...gatewayErrorKinds, ...definition.errorKinds };
  const { host } = new URL(endpoint);

  async function fill(
    operation: Operation,
    input: object,
    signal: AbortSignal | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Exchange> {
    checkInput(operation.parameters, input); // before the project is looked up: a slip must not cost a request
    const filled = fillOperation(operation, { ...input }, { project_id: await projectId(signal) });
    const url = endpoint + filled.path;
    const request = {
      method: operation.method,
      url,
      headers: { ...filled.headers, ...headers },
      body: filled.body,
    };
    const freshConnection = operation.repeat === "never";
    return {
      operation: operation.name,
      request,
      repeat: operation.repeat,
      authorizer,
      errorKinds,
      freshConnection,
    };
  }

  const identity = async (
    ids: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<SourceIdentity> => ({
    service,
    host,
    projectId: await projectId(signal),
    ids,
  });

  async function prove(operation: Operation, signal: AbortSignal | undefined): Promise<void> {
    const asked = await fill(operation, {}, signal, { accept: "application/json" });
    const { body } = await exchangeWithRetry(asked, settings, signal);
    await body.cancel();
  }

  const answerLimits = { maxBytes: maxAnswerBytes, timeoutMs: settings.timeouts.bodyMs };

  async function ask(
    operation: Operation,
    input: object,
    { retry }: CallOptions,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const asked = await fill(operation, input, signal, { accept: "application/json" });
    const policy = retry === undefined ? settings.retry : retryPolicy(retry);
    return exchangeWithRetry(asked, { ...settings, retry: policy }, signal);
  }

  function source(operation: Operation, input: object, pace?: Pacer): DownloadSource {
    const values: Readonly<Record<string, unknown>> = { ...input };
    fillOperation(operation, values, { project_id: "checked later" });
    const ids = Object.keys(operation.parameters).filter((name) => operation.parameters[name]?.required);
    const { provedBy } = operation;
    return {
      operation: operation.name,
      repeat: operation.repeat,
      content: operation.content ?? "unknown",
      fileName: (operation.fileName ?? operation.name).replace(/\{(\w+)\}/g, (_, name: string) =>
        String(values[name]),
      ),
      settings,
      identity: (signal) =>
        identity(
          ids.map((name) => String(values[name])),
          signal,
        ),
      pace,
      prove: provedBy && ((signal) => prove(provedBy, signal)),
      open: async ({ headers, acceptStatus }, signal) => {
        const asked = await fill(operation, values, signal, { accept: "*/*", ...headers });
        return exchange({ ...asked, acceptStatus }, settings, signal);
      },
    };
  }

  return {
    settings,
    host,
    identity,
    call: (operation, input, loadSchema, callOptions = {}) =>
      withDeadline(callOptions, async (signal) => {
        const response = await ask(operation, input, callOptions, signal);
        const answer = await readAnswer(response, { ...answerLimits, signal });
        return parseAnswer(answer, await loadSchema(), operation.name);
      }),
    send: (operation, input, callOptions = {}) =>
      withDeadline(callOptions, async (signal) => {
        const response = await ask(operation, input, callOptions, signal);
        await readAnswer(response, { ...answerLimits, signal });
      }),
    download: (operation, input, pace) => createDownload(source(operation, input, pace)),
    source,
    exportFile({ operation, input, download, pace, ...steps }) {
      const values = { ...input };
      fillOperation(operation, values, { project_id: "checked later" });
      const { provedBy } = download;
      return createDownload({
        ...steps,
        operation: operation.name,
        repeat: download.repeat,
        content: download.content ?? "unknown",
        settings,
        prove: provedBy && ((signal) => prove(provedBy, signal)),
        identity: (signal) => identity([operation.name, digestOf(values)], signal),
        source: ({ fileName, ...file }) => ({
          ...source(download, file, pace),
          ...(fileName !== undefined && { fileName }),
        }),
      });
    },
    close: async () => {
      if (!options.transport) await settings.transport.close();
    },
  };
}

/** Tells one input from another, however its names are ordered. */
function digestOf(input: object): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return crypto().createHash("sha256").update(JSON.stringify(input, sorted)).digest("hex").slice(0, 16);
}
