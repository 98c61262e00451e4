import type { PathParameter, ServiceFacts } from "./service-facts.ts";

/** What stands in the repository already, as far as a new package must fit to it. */
export interface Surroundings {
  readonly coreAuthVersion: string;
  readonly coreHttpVersion: string;
  /** Prefixes of requirement ids that other packages use: `HSS` of `HSS-1`. */
  readonly takenPrefixes: ReadonlySet<string>;
}

const evil = "a%2F..%2Fb%3Fevil%3D1";

/** What the placeholders of the templates stand for. */
export function templateValues(
  facts: ServiceFacts,
  { takenPrefixes }: Pick<Surroundings, "takenPrefixes">,
): Readonly<Record<string, string>> {
  const { name, service, operation, parameters, regions } = facts;
  const packageName = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const method = operation.startsWith("Download") ? lowerFirst(operation) : "downloadFile";
  const capitals = service.toUpperCase();
  const first = parameters[0] as PathParameter;
  const last = parameters.at(-1) as PathParameter;
  const prefix = takenPrefixes.has(capitals) ? packageName.toUpperCase() : capitals;
  const [firstRegion = ""] = regions;
  return {
    ...{ name, service, operation, packageName, method, firstRegion },
    title: facts.title,
    path: facts.path,
    source: facts.source,
    Package: upperFirst(packageName),
    Method: upperFirst(method),
    PREFIX: prefix,
    SERVICE: capitals,
    FIRST_REGION: firstRegion.toUpperCase().replaceAll("-", "_"),
    regionIds: regions.map((id) => JSON.stringify(id)).join(", "),
    parameters: lines(
      parameters,
      (one) => `${one.name}: { in: "path", name: "${one.wire}", required: true },`,
    ),
    inputFields: lines(parameters, (one) => `/** \`${one.wire}\`. */\n  readonly ${one.name}: string;`),
    inputNames: parameters.map((one) => one.name).join(", "),
    readmeInput: lines(
      parameters,
      (one) => `const ${one.name} = process.env.${variableOf(capitals, one)} ?? "";`,
    ),
    readmeEnvironment: lines(parameters, (one) => `${variableOf(capitals, one)}: "${sampleOf(one)}",`),
    sampleInput: `{ ${parameters.map((one) => `${one.name}: "${sampleOf(one)}"`).join(", ")} }`,
    samplePath: filled(facts, sampleOf),
    evilPath: filled(facts, (one) => (one === last ? evil : sampleOf(one))),
    fileName: `${name}-{${last.name}}`,
    fileNameShown: `${name}-<${last.name}>`,
    sampleFileName: `${name}-${sampleOf(last)}`,
    firstName: first.name,
    lastName: last.name,
    lastWire: last.wire,
  };
}

function filled({ path, parameters }: ServiceFacts, textOf: (one: PathParameter) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, wire: string) => {
    const parameter = parameters.find((one) => one.wire === wire);
    return parameter ? textOf(parameter) : "p1";
  });
}

function lines(parameters: readonly PathParameter[], line: (one: PathParameter) => string): string {
  return parameters.map(line).join("\n");
}

function sampleOf({ name }: PathParameter): string {
  return `${name.replace(/Id$/, "").toLowerCase()}-1`;
}

/** `reportId` of DBSS → `DBSS_REPORT_ID`. */
function variableOf(service: string, { name }: PathParameter): string {
  return `${service}_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
