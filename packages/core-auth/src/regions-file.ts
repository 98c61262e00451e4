import path from "node:path";
import { ConfigurationError } from "@cloudhaul/core-http";
import { fs, os } from "./builtins.ts";

/** Names another file than the default one. */
export const regionsFileVariable = "HUAWEICLOUD_SDK_REGIONS_FILE";

/** One region of a service, as far as it was read. */
interface Entry {
  /** Where it begins, counted from 1. */
  readonly line: number;
  id?: string;
  readonly endpoints: string[];
}

/**
 * The endpoint that the user's regions file gives: `HUAWEICLOUD_SDK_REGIONS_FILE`, else `~/.huaweicloud/regions.yaml`,
 * which need not exist. Of several endpoints, the first.
 *
 * @throws ConfigurationError when the file cannot be read, or holds more of YAML than {@link parseRegions} knows
 * @see https://github.com/huaweicloud/huaweicloud-sdk-python-v3#43-custom-region-configuration
 */
export function endpointFromRegionsFile(service: string, region: string): string | undefined {
  const named = process.env[regionsFileVariable];
  const file = named || path.join(os().homedir(), ".huaweicloud", "regions.yaml");
  const text = readIfThere(file, Boolean(named));
  const entries = text === undefined ? undefined : parseRegions(text, file).get(service.toUpperCase());
  return entries?.find(({ id }) => id === region)?.endpoints[0];
}

function readIfThere(file: string, isNamed: boolean): string | undefined {
  // Of a home that is none (/dev/null, a locked folder) nobody named a file: it is not there.
  if (!isNamed && !fs().existsSync(file)) return undefined;
  try {
    return fs().readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = isNamed ? `Correct or unset ${regionsFileVariable}.` : "Make it readable, or remove it.";
    const text = `The regions file ${file} cannot be read (${code}). ${remedy}`;
    throw new ConfigurationError(regionsFileVariable, text, { cause: error });
  }
}

/** Indent, dash, name of a field, and text: what a line may consist of. */
const lineForm = /^( *)(- +)?(?:([\w.-]+):(?= |$))? *(.*)$/;

/**
 * Reads the part of YAML that these files are written in: a service's name, and under it a list of regions, each with
 * `id` and `endpoint`, or `endpoints` and a list. Texts are bare or in quotes; there may be comments, and other fields,
 * which are passed over.
 *
 * @returns the regions by service, in capitals, since case does not matter
 */
function parseRegions(text: string, file: string): Map<string, Entry[]> {
  const services = new Map<string, Entry[]>();
  let regions: Entry[] | undefined;
  let entry: Entry | undefined;
  let field = "";
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const content = whole.replace(/(^|\s)#.*$/, "").trimEnd();
    if (content === "" || content === "---") continue;
    const [, indent, dash, name, scalar = ""] = lineForm.exec(content) ?? [];
    const value = textOf(scalar);
    if (name && !indent && !dash && value === "") {
      regions = [];
      entry = undefined;
      services.set(name.toUpperCase(), regions);
    } else if (name && value !== undefined && regions && (dash || (indent && entry))) {
      if (dash || !entry) {
        entry = { line: index + 1, endpoints: [] };
        regions.push(entry);
      }
      if (name === "id") entry.id = value;
      if (name === "endpoint") entry.endpoints.push(value);
      field = name;
    } else if (!name && dash && value && entry && field === "endpoints") entry.endpoints.push(value);
    else throw fault(file, index + 1, "cannot be read");
  }
  const incomplete = [...services.values()].flat().find(({ id, endpoints }) => !id || !endpoints[0]);
  if (incomplete) throw fault(file, incomplete.line, "begins a region without id or endpoint");
  return services;
}

/** A bare text, or one in quotes; `undefined` for anything that means more in YAML. */
function textOf(scalar: string): string | undefined {
  const [, single, double] = /^(?:'([^']*)'|"([^"\\]*)")$/.exec(scalar) ?? [];
  return single ?? double ?? (/^['"{}[\]&*!|>%@`]/.test(scalar) ? undefined : scalar);
}

function fault(file: string, line: number, what: string): ConfigurationError {
  const form = "A service's name, then lines `- id: …` with `endpoint: …` below, is the form";
  return new ConfigurationError(regionsFileVariable, `${file}, line ${line}, ${what}. ${form}.`);
}
