import { join } from "node:path";
import { downloadLink } from "@cloudhaul/core-http";
import type { Contestant } from "./contest.ts";
import type { ServedSet } from "./scene.ts";

/** What is to be saved as `file.bin`. */
export interface Link {
  readonly url: string;
  /** The PEM file of the authority, for https. */
  readonly certificate: string;
}

type Client = (link: Link) => Contestant;

const node = (program: string, ...args: string[]): readonly string[] => [
  process.execPath,
  join(import.meta.dirname, "clients", program),
  ...args,
];

const curlCommand = ({ url, certificate }: Link): readonly string[] => [
  ...["curl", "--silent", "--show-error", "--fail", "--cacert", certificate, "-o", "file.bin", url],
];

export const curl: Client = (link) => ({ name: "curl", command: curlCommand(link) });

export const curlAndDigest: Client = (link) => ({
  name: "curl, openssl dgst",
  command: ["bash", "-c", '"$@" && openssl dgst -sha256 file.bin', "bash", ...curlCommand(link)],
});

/** aria2c with so many connections; it looks for pieces of 4 MiB to share among them. */
export const aria2c =
  (connections: number): Client =>
  ({ url, certificate }) => ({
    name: `aria2c -x${connections}`,
    command: [
      ...["aria2c", "--no-conf", "--quiet", "--file-allocation=none", `--ca-certificate=${certificate}`],
      ...[`-x${connections}`, `-s${connections}`, "-k4M", "-o", "file.bin", url],
    ],
  });

export const wget: Client = ({ url, certificate }) => ({
  name: "wget",
  command: ["wget", "--quiet", "--no-hsts", `--ca-certificate=${certificate}`, "-O", "file.bin", url],
});

export const rclone: Client = ({ url, certificate }) => ({
  name: "rclone copyurl",
  command: ["rclone", "copyurl", "--config", "", "--quiet", "--ca-cert", certificate, url, "file.bin"],
});

const nodeClient =
  (name: string, program: string): Client =>
  ({ url, certificate }) => ({ name, command: node(program, url, certificate) });

export const undici: Client = nodeClient("undici request, pipeline", "undici.mjs");
export const got: Client = nodeClient("got.stream", "got.mjs");
export const axios: Client = nodeClient("axios, stream", "axios.mjs");
export const esdkObs: Client = nodeClient("esdk-obs-nodejs", "esdk-obs.mjs");
export const officialCore: Client = nodeClient("huaweicloud-sdk-core, stream", "official-core.mjs");

/** Node's own takes an authority from the environment alone. */
export const fetchClient: Client = ({ url, certificate }) => ({
  name: "fetch, pipeline",
  command: [
    ...(url.startsWith("https:") ? ["env", `NODE_EXTRA_CA_CERTS=${certificate}`] : []),
    ...node("fetch.mjs", url),
  ],
});

/** Cloudhaul with these options of `toFile`. */
export const cloudhaul =
  (name: string, options: object, absent?: string | undefined): Client =>
  ({ url, certificate }) => ({
    name,
    command: node("cloudhaul.mjs", url, certificate, JSON.stringify(options)),
    absent,
  });

/** Cloudhaul with several connections for one file, which it says that it does not know as long as it is not built. */
export async function cloudhaulParallel(connections: number): Promise<Client> {
  const options = { sha256: "off", connections };
  const trial = downloadLink({ url: "http://127.0.0.1:9/" });
  const refusal: unknown = await trial
    .toFile("never.bin", { ...options, signal: AbortSignal.abort() } as object)
    .catch((error: unknown) => error);
  const isUnknown = (refusal as { readonly option?: unknown }).option === "connections";
  return cloudhaul(`cloudhaul, ${connections} connections`, options, isUnknown ? "not built" : undefined);
}

/** How many files at a time, for all. */
const atOnce = 8;

/** Those that save many small files. */
export function setClients({ links, curlConfig }: ServedSet): readonly Contestant[] {
  const ours = (name: string, options: object): Contestant => ({
    name,
    command: node("cloudhaul-all.mjs", links, JSON.stringify({ concurrency: atOnce, ...options })),
  });
  return [
    {
      name: `curl --parallel-max ${atOnce}`,
      command: [
        ...["curl", "--silent", "--show-error", "--fail", "--parallel", "--parallel-max", `${atOnce}`],
        ...["--config", curlConfig],
      ],
    },
    {
      name: `aria2c -j${atOnce}`,
      command: ["aria2c", "--no-conf", "--quiet", "--file-allocation=none", `-j${atOnce}`, "-i", links],
    },
    { name: "undici request, pipeline", command: node("undici-all.mjs", links, `${atOnce}`) },
    ours("cloudhaul downloadAll", {}),
    ours("cloudhaul downloadAll, fsync: false", { fsync: false }),
  ];
}

/** Node with nothing, and with each of these packages loaded. */
export function importClients(
  packages: readonly {
    readonly name: string;
    readonly module?: string;
    readonly absent?: string | undefined;
  }[],
): readonly Contestant[] {
  return [
    { name: "nothing", command: node("import.mjs") },
    ...packages.map(({ name, module = name, absent }) => ({
      name,
      command: node("import.mjs", module),
      absent,
    })),
  ];
}

/** All that save one file over one connection: programs, then packages of Node. */
export const oneStream: readonly Client[] = [
  curl,
  aria2c(1),
  wget,
  rclone,
  undici,
  fetchClient,
  got,
  axios,
  esdkObs,
  officialCore,
];
