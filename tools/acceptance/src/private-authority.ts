import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A certificate that an authority of our own has signed; paths of PEM files. */
export interface SignedCertificate {
  readonly certificate: string;
  readonly key: string;
  /** The authority's certificate, as text. */
  readonly authority: string;
}

const openssl = (folder: string, ...options: string[]) =>
  promisify(execFile)("openssl", options, { cwd: folder }).catch((cause: unknown) => {
    throw new Error("openssl is needed: apt-get install openssl", { cause });
  });

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

/** Makes a certificate authority in `folder`, and a certificate that it signed. @param names - for example `IP:127.0.0.1` */
export async function signCertificate(folder: string, ...names: string[]): Promise<SignedCertificate> {
  await openssl(
    folder,
    ...["req", "-x509", "-subj", "/CN=Cloudhaul test authority", "-keyout", "authority.key"],
    ...["-out", "authority.pem", ...newKey],
  );
  await openssl(
    folder,
    ...["req", "-x509", "-subj", "/CN=Cloudhaul test server", "-keyout", "server.key", "-out", "server.pem"],
    ...["-CA", "authority.pem", "-CAkey", "authority.key", "-addext", `subjectAltName=${names.join(",")}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE", ...newKey],
  );
  const authority = await readFile(join(folder, "authority.pem"), "utf8");
  return { certificate: join(folder, "server.pem"), key: join(folder, "server.key"), authority };
}
