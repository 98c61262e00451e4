import { fromAccessKey } from "@cloudhaul/core-auth";
import type { Emulator, EmulatorOptions } from "@cloudhaul/emulator";
import { expect } from "vitest";
import type { ClientOptions, Service } from "./services.ts";

/** What can go wrong with a whole job. */
export type JobFailure =
  | "not found"
  | "not ready"
  | "a failed task"
  | "expired"
  | "throttled"
  | "no permission"
  | "wrong region"
  | "wrong project"
  | "wrong secret"
  | "busy";

/** How it comes about, and what the caller is told. */
export interface FailureCase {
  readonly emulator?: EmulatorOptions;
  arrange?(emulator: Emulator): void;
  client?(emulator: Emulator): Partial<ClientOptions>;
  /** Fields of the error: its class by name, then what tells it from others. */
  readonly error: Readonly<Record<string, unknown>>;
}

/** A case, or why there is none. */
type Cell = FailureCase | `No document ${string}.`;

/** Answers in place of the service to every such request. */
const refused = (match: string | RegExp, status: number, code: string, error: object): FailureCase => ({
  arrange: ({ faults }) => {
    const body = JSON.stringify({ error_code: code, error_msg: "What it says." });
    faults.add({ match, times: 99, answer: { status, body } });
  },
  error: { name: "ServiceError", serviceCode: code, ...error },
});

const throttled = refused(/./, 429, "APIG.0308", { kind: "throttled", retryable: true });
/** By the gateway, for services whose own documents name no code. */
const notAllowed = refused("POST", 403, "APIGW.0302", { kind: "forbidden", retryable: false });
const wrongRegion: FailureCase = {
  client: () => ({ region: "atlantis-1", endpoint: undefined }) as never,
  error: { name: "ConfigurationError", option: "region" },
};
const wrongSecret: FailureCase = {
  client: ({ accessKey, projectId }) => ({
    credentials: fromAccessKey({ ...accessKey, secretAccessKey: "another-secret", projectId }),
  }),
  error: { name: "AuthenticationError", credentialKind: "access-key" },
};
const projectOfAnother = (error: FailureCase["error"]): FailureCase => ({
  client: (emulator) => ({ projectId: emulator.addAccount().projectId }),
  error,
});
const failing = (service: Service["name"], reason: string | undefined): FailureCase => ({
  arrange: ({ store }) =>
    store[service].tasks.planNext({ outcome: "fails", ...(reason !== undefined && { reason }) }),
  error: { name: "ExportFailedError", code: "EXPORT_FAILED" },
});

/** Every service, every failure. */
export const jobFailures: Readonly<Record<Service["name"], Readonly<Record<JobFailure, Cell>>>> = {
  hss: {
    "not found": refused("/download/", 400, "HSS.0011", { kind: "not-found" }),
    "not ready": "No document tells how HSS answers for a file that is not ready; the wait comes before it.",
    "a failed task": {
      ...failing("hss", undefined),
      error: { name: "ExportFailedError", reason: undefined },
    },
    expired: "No document says that files of HSS expire.",
    throttled,
    "no permission": {
      arrange: ({ store }) => store.hss.grantEnterpriseProjects(["eps-1"]),
      error: { name: "ServiceError", kind: "forbidden", serviceCode: "HSS.0013" },
    },
    "wrong region": wrongRegion,
    "wrong project": projectOfAnother({ name: "ServiceError", kind: "forbidden", serviceCode: "HSS.0013" }),
    "wrong secret": wrongSecret,
    busy: "No document limits how many exports HSS makes at once.",
  },
  iotda: {
    "not found": refused("/file", 404, "IOTDA.999999", { kind: "not-found", operation: "ShowExportTask" }),
    "not ready":
      "No document gives a code for it: each answer that there may be is tried in iotda-jobs.test.ts.",
    "a failed task": {
      ...failing("iotda", undefined),
      error: { name: "ExportFailedError", reason: undefined },
    },
    expired: "No document says that files of IoTDA expire; the fifty-first task removes the oldest.",
    throttled: refused("POST", 403, "IOTDA.021102", { kind: "throttled", retryable: true }),
    "no permission": notAllowed,
    "wrong region": wrongRegion,
    "wrong project": projectOfAnother({ name: "AuthenticationError", credentialKind: "access-key" }),
    "wrong secret": wrongSecret,
    busy: {
      arrange: ({ store }) => {
        store.iotda.tasks.planAll({ seconds: 60 });
        for (let index = 0; index < 5; index++) store.iotda.startExport({});
      },
      error: { name: "ServiceError", kind: "throttled", serviceCode: "IOTDA.021102" },
    },
  },
  roma: {
    "not found": refused("/archives/", 404, "SCB.00000000", { kind: "not-found" }),
    "not ready": "No document has an archive before its job has ended: it has no id until then.",
    "a failed task": {
      ...failing("roma", "The disk is full."),
      error: { name: "ExportFailedError", reason: expect.stringContaining("The disk is full.") },
    },
    expired: "No document says how long an archive is kept.",
    throttled,
    "no permission": refused("POST", 400, "ROMA.1006", { kind: "forbidden" }),
    "wrong region": wrongRegion,
    "wrong project": projectOfAnother({ name: "ServiceError", kind: "forbidden", serviceCode: "ROMA.1006" }),
    "wrong secret": wrongSecret,
    busy: {
      arrange: ({ store }) => {
        store.roma.tasks.planNext({ seconds: 60 });
        store.roma.startExport({ instanceId: "instance", reasons: [] });
      },
      error: { name: "ServiceError", kind: "busy", serviceCode: "ROMA.10012", retryable: true },
    },
  },
  metastudio: {
    "not found": refused("/ies/result/", 400, "MSS.10001004", { kind: "not-found" }),
    "not ready": "No document gives a code for a result that is not ready.",
    "a failed task": {
      ...failing("metastudio", undefined),
      error: { name: "ExportFailedError", reason: "0 of 10 succeeded, 10 failed" },
    },
    expired: "No document says how long a result is kept.",
    throttled,
    "no permission": notAllowed,
    "wrong region": wrongRegion,
    "wrong project": projectOfAnother({
      name: "ServiceError",
      kind: "forbidden",
      serviceCode: "MSS.00010009",
    }),
    "wrong secret": wrongSecret,
    busy: "No document limits how many tasks MetaStudio runs at once.",
  },
  dds: {
    "not found": refused("/download-file", 400, "DBS.201214", { kind: "not-found" }),
    "not ready": refused("/download-file", 400, "DBS.201202", { kind: "not-ready" }),
    "a failed task": {
      ...failing("dds", "The disk of node_1 is full."),
      error: { name: "ExportFailedError", reason: "The disk of node_1 is full." },
    },
    expired: {
      emulator: { linkLifeSeconds: -1 },
      error: { name: "ServiceError", kind: "expired", serviceCode: "AccessDenied" },
    },
    throttled: refused("POST", 400, "DBS.200998", { kind: "throttled", retryable: true }),
    "no permission": refused("POST", 403, "DBS.280032", { kind: "forbidden" }),
    "wrong region": wrongRegion,
    "wrong project": projectOfAnother({ name: "AuthenticationError", credentialKind: "access-key" }),
    "wrong secret": wrongSecret,
    busy: refused("POST", 403, "DBS.200019", { kind: "busy", retryable: true }),
  },
};
