import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  type CallOptions,
  checkInput,
  type Download,
  exportWaitRules,
  type Operation,
  stepWait,
} from "@cloudhaul/core-http";
import type { ExportInputs, ExportKind } from "./export-kinds.ts";
import type { ExportTasks } from "./export-tasks.ts";
import { operations } from "./operations.ts";
import type { ExportOptions, StartedExport } from "./options.ts";
import { operationOf, producers } from "./producers.ts";

/** Starts exports. */
export interface Exporter {
  start<Kind extends ExportKind>(
    kind: Kind,
    input: ExportInputs[Kind],
    options?: CallOptions,
  ): Promise<StartedExport>;
  /** The whole job. */
  export<Kind extends ExportKind>(kind: Kind, input: ExportInputs[Kind], options?: ExportOptions): Download;
}

/** What is sent to start an export. */
interface Request {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, unknown>>;
  /** For the header of all that follows. */
  readonly region: string | undefined;
}

/** By which exports are started in the project of `client`. */
export function createExporter(
  client: ServiceClient,
  tasks: ExportTasks,
  clientRegion: string | undefined,
): Exporter {
  function fill<Kind extends ExportKind>(kind: Kind, input: ExportInputs[Kind]): Request {
    const operation = operationOf(kind);
    const region = (input as { readonly region?: string | undefined } | undefined)?.region ?? clientRegion;
    const values = operation.parameters.region ? { ...input, region } : input;
    checkInput(operation.parameters, values);
    // A plan stays as it was made, whatever becomes of the caller's lists.
    const sent = structuredClone(producers[kind].prepare?.(values) ?? values);
    return { operation, values: { ...sent }, region };
  }

  async function send({ operation, values }: Request, options: CallOptions): Promise<StartedExport> {
    const schema = async () => (await import("./schemas.ts")).startedExport;
    const started = await client.call(operation, values, schema, options);
    const { recordTotal = 0 } = started;
    const exportSize = Number(values.exportSize ?? operation.parameters.exportSize?.default);
    if (recordTotal > exportSize) {
      const about = { operation: operation.name, taskId: started.taskId, recordTotal, exportSize };
      client.settings.logger.warn("the export leaves records out: there are more than exportSize", about);
    }
    return started;
  }

  return {
    start: async (kind, input, options = {}) => send(fill(kind, input), options),
    export(kind, input, options = {}) {
      checkInput(exportWaitRules, options);
      const request = fill(kind, input);
      const { region } = request;
      const { enterpriseProjectId } = input;
      let startedHere: string | undefined;
      return client.exportFile({
        operation: request.operation,
        input: request.values,
        download: { ...operations.downloadExportedFile, content: producers[kind].content ?? "unknown" },
        async start({ signal }) {
          startedHere = (await send(request, { signal })).taskId;
          return startedHere;
        },
        async wait(taskId, step) {
          const { fileId, fileName } = await tasks.wait(
            { taskId, kind, enterpriseProjectId },
            stepWait(options, step),
            taskId === startedHere,
          );
          return {
            fileId,
            ...(fileName !== undefined && { fileName }),
            ...(enterpriseProjectId !== undefined && { enterpriseProjectId }),
            ...(region !== undefined && { region }),
          };
        },
      });
    },
  };
}
