import { answerControl, controlPath } from "./control.ts";
import { answer } from "./dispatch.ts";
import type { Faults } from "./faults.ts";
import { keep, type RequestRecord } from "./request-log.ts";
import { serve } from "./serve.ts";
import {
  type AccountOptions,
  createEmulatorState,
  type EmulatorAccessKey,
  type EmulatorState,
  type EmulatorStore,
  type EmulatorUser,
  type StateOptions,
} from "./state.ts";

/** How to start an emulator. */
export interface EmulatorOptions extends Omit<StateOptions, "origin"> {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Called when a request is done with. */
  readonly onRequest?: ((record: RequestRecord) => void) | undefined;
}

/** A running emulator: one origin answers for IAM, OBS and the five services. */
export interface Emulator extends AsyncDisposable {
  /** Its origin, without a slash at the end. */
  readonly url: string;
  readonly accessKey: EmulatorAccessKey;
  readonly user: EmulatorUser;
  /** A token for the project, as `POST /v3/auth/tokens` would give. */
  readonly token: string;
  readonly region: string;
  readonly projectId: string;
  /** Add files here. */
  readonly store: EmulatorStore;
  /** The last 10,000 requests, in the order they came in. */
  readonly requests: readonly RequestRecord[];
  /** Add faults here. */
  readonly faults: Faults;
  readonly state: EmulatorState;
  /**
   * Adds an account with a project, a user and stores of its own, which sees nothing of the others.
   *
   * @throws TypeError when another account has that project, access key or user
   */
  addAccount(options?: AccountOptions): EmulatorState;
  /** Ends every connection, and resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts a local Huawei Cloud. It checks every signature, token and link as the cloud would.
 *
 * @throws TypeError when a variant is unknown
 * @throws the system's error when the port cannot be had
 *
 * @example
 * ```ts
 * await using emulator = await startEmulator();
 * const { fileId } = emulator.store.hss.addFile({ content: zipContent({ seed: "hosts", bytes: 1_000_000 }) });
 * ```
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", onRequest = () => undefined, ...stateOptions } = options;
  let origin = "";
  const state = createEmulatorState({ ...stateOptions, origin: () => origin });
  const requests: RequestRecord[] = [];
  const isControl = (path: string) => path.startsWith(controlPath);
  const server = await serve(
    { host, port },
    {
      answer: (request, wire) =>
        isControl(new URL(wire.url).pathname)
          ? answerControl(request.method, wire, state, requests)
          : answer(request, wire, state),
      fault: (line) => (isControl(line.slice(line.indexOf(" ") + 1)) ? undefined : state.faults.take(line)),
      onRequest: (record) => void (isControl(record.path) || keep(requests, record)),
      onEnd: (record) => void (isControl(record.path) || onRequest(record)),
    },
  );
  origin = server.url;
  const { accessKey, user, region, projectId, store, faults } = state;
  const { token } = store.iam.issueToken({ projectId });
  const close = () => server.close();
  return {
    ...{ url: server.url, accessKey, user, token, region, projectId, store, requests, faults, state },
    addAccount: state.addAccount,
    close,
    [Symbol.asyncDispose]: close,
  };
}
