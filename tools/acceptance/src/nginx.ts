import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startDaemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import type { SignedCertificate } from "./private-authority.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What the access log says of one request. */
export interface LoggedRequest {
  readonly method: string;
  readonly status: number;
  readonly range: string;
  readonly ifMatch: string;
  readonly ifUnmodifiedSince: string;
  readonly via: string;
}

/** A running nginx. */
export interface Nginx {
  readonly port: number;
  readonly pid: number;
  /** The folder whose files it serves. */
  readonly files: string;
  /** The requests that are over, in the order of their ends. */
  requests(): Promise<readonly LoggedRequest[]>;
  /** The processes that serve. */
  workers(): Promise<readonly number[]>;
}

const temporaryPaths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
const logFormat = {
  method: "$request_method",
  status: "$status",
  range: "$http_range",
  ifMatch: "$http_if_match",
  ifUnmodifiedSince: "$http_if_unmodified_since",
  via: "$http_via",
};

/**
 * Starts nginx on a port of its own, over a folder of its own.
 *
 * @param directives - what stands in its `server` block
 */
export async function startNginx(
  directives: string,
  { http = "", tls }: { readonly http?: string; readonly tls?: SignedCertificate } = {},
): Promise<Nginx> {
  const folder = await temporaryFolder();
  const files = join(folder, "files");
  await mkdir(files);
  const port = await freePort();
  const certificate = tls ? `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};` : "";
  const configuration = `
    daemon off;
    user root;
    worker_processes 1;
    worker_shutdown_timeout 100ms;
    pid ${folder}/nginx.pid;
    events {}
    http {
      ${temporaryPaths.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n")}
      log_format lines escape=json '${JSON.stringify(logFormat)}';
      access_log ${folder}/access.log lines;
      default_type application/octet-stream;
      ${http}
      server {
        listen 127.0.0.1:${port}${tls ? " ssl" : ""};
        ${certificate}
        root ${files};
        ${directives}
      }
    }`;
  const file = join(folder, "nginx.conf");
  await writeFile(file, configuration);
  const { pid } = await startDaemon({
    command: "nginx",
    installedBy: "apt-get install nginx-light",
    arguments: ["-p", folder, "-e", join(folder, "error.log"), "-c", file],
    port,
  });
  return {
    port,
    pid,
    files,
    async requests() {
      const lines = (await readFile(join(folder, "access.log"), "utf8")).split("\n").filter(Boolean);
      return lines.map((line) => {
        const { status, ...others } = JSON.parse(line) as Record<keyof LoggedRequest, string>;
        return { ...others, status: Number(status) };
      });
    },
    async workers() {
      const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
      return text.split(" ").filter(Boolean).map(Number);
    },
  };
}

/** The names of a link's two query fields. */
export interface LinkDialect {
  readonly expires: string;
  readonly signature: string;
}

const linkSecret = "a secret of nginx alone";
const refusal = (code: string, message: string) =>
  `return 403 '<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>';`;

/** Directives of a place whose files are had by links alone, which end, and are good for one method. */
export function linkDirectives({ expires, signature }: LinkDialect): string {
  return `
    secure_link $arg_${signature},$arg_${expires};
    secure_link_md5 "$secure_link_expires$uri$request_method ${linkSecret}";
    if ($secure_link = "") { ${refusal("SignatureDoesNotMatch", "The signature does not match.")} }
    if ($secure_link = "0") { ${refusal("AccessDenied", "Request has expired")} }`;
}

/** A link to a file of that place, good for so many seconds. */
export function signLink(origin: string, path: string, lifeSeconds: number, dialect: LinkDialect): string {
  const expires = Math.floor(Date.now() / 1000) + lifeSeconds;
  const signature = createHash("md5").update(`${expires}${path}GET ${linkSecret}`).digest("base64url");
  return `${origin}${path}?${dialect.expires}=${expires}&${dialect.signature}=${signature}`;
}
