import { parseArgs } from "node:util";

/** One value in the path of an operation. */
export interface PathParameter {
  /** As the vendor writes it: `instance_id`. */
  readonly wire: string;
  /** As our users see it: `instanceId`. */
  readonly name: string;
}

/** What must be known of a service before its package is written. */
export interface ServiceFacts {
  /** Name of the package, without the scope: `dbss-reports`. */
  readonly name: string;
  /** Short name of the service, as in its host: `dbss`. */
  readonly service: string;
  /** Its name in full. */
  readonly title: string;
  /** The vendor's name of the operation that answers the file. */
  readonly operation: string;
  /** Its path, with wire names in braces. */
  readonly path: string;
  readonly parameters: readonly PathParameter[];
  readonly regions: readonly string[];
  /** The vendor's page of the operation. */
  readonly source: string;
}

/** What `npm run new:service -- --help` prints. */
export const usage = `npm run new:service -- --name dbss-reports --service dbss [options]

Writes packages/<name>: a client with one download, its tests and its README, which pass every check.

  --name NAME        the package, in kebab-case, without the scope
  --service SERVICE  the service's short name, as in its host: SERVICE.REGION.myhuaweicloud.com
  --title TITLE      the service's name in full. Default: SERVICE in capitals
  --operation NAME   the vendor's name of the operation that answers the file. Default: DownloadFile
  --path PATH        its path. {file_id} is an id that the caller gives as fileId; {id:reportId} one that the vendor
                     calls id, and we reportId. {project_id} is filled in. Default: /v1/{project_id}/files/{file_id}
  --regions LIST     region ids with commas between. Default: cn-north-4,ap-southeast-3
  --source URL       the vendor's page of the operation. Default: where such pages stand`;

const options = {
  name: { type: "string" },
  service: { type: "string" },
  title: { type: "string" },
  operation: { type: "string", default: "DownloadFile" },
  path: { type: "string", default: "/v1/{project_id}/files/{file_id}" },
  regions: { type: "string", default: "cn-north-4,ap-southeast-3" },
  source: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** What each flag must look like. */
const forms: Readonly<Record<string, RegExp>> = {
  name: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  service: /^[a-z][a-z0-9]*$/,
  operation: /^[A-Z][A-Za-z0-9]*$/,
  path: /^\/[\w\-./]*(\{\w+(:\w+)?\}[\w\-./]*)*$/,
  regions: /^[a-z]+(-[a-z0-9]+)+(,[a-z]+(-[a-z0-9]+)+)*$/,
  source: /^https:\/\/\S+$/,
};

/**
 * Reads the command line; `undefined` where it asks for help.
 *
 * @throws Error that names the flag which is missing or wrong
 */
export function readFacts(words: readonly string[]): ServiceFacts | undefined {
  const { values } = parseArgs({ args: [...words], options });
  if (values.help) return undefined;
  const { name, service, operation } = values;
  if (!name || !service) throw new Error("--name and --service are needed.");
  const source =
    values.source ?? `https://support.huaweicloud.com/intl/en-us/api-${service}/${operation}.html`;
  const given: Readonly<Record<string, string>> = {
    ...{ name, service, operation, source },
    ...{ path: values.path, regions: values.regions },
  };
  for (const [flag, form] of Object.entries(forms))
    if (!form.test(given[flag] ?? ""))
      throw new Error(`--${flag} must match ${form}, but is ${given[flag]}.`);
  const parameters = parametersOf(values.path);
  const fixed = new Set(["project_id"]);
  const asked = parameters.filter(({ wire }) => !fixed.has(wire));
  if (asked.length === 0) throw new Error("--path must hold an id besides {project_id}.");
  return {
    ...{ name, service, operation, source },
    title: values.title ?? service.toUpperCase(),
    path: values.path.replace(/\{(\w+):\w+\}/g, "{$1}"),
    parameters: asked,
    regions: values.regions.split(","),
  };
}

function parametersOf(path: string): PathParameter[] {
  return [...path.matchAll(/\{(\w+)(?::(\w+))?\}/g)].map(([, wire = "", name]) => ({
    wire,
    name: name ?? camelCase(wire),
  }));
}

function camelCase(wire: string): string {
  return wire.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
