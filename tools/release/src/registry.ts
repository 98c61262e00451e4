import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { runServer } from "verdaccio";
import { scope } from "../../checks/src/workspace.ts";

/** A package registry on loopback, which holds nothing at first, and takes packages of our scope from anybody. */
export interface Registry {
  readonly url: string;
  /** Lines of an `.npmrc` by which npm asks this registry for our scope, and its own for all else; it may publish, too. */
  readonly npmrc: string;
  close(): Promise<void>;
}

/** Starts the registry on a free port. It keeps what it is given in a temporary folder until it is closed. */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(path.join(tmpdir(), "cloudhaul-registry-"));
  const server: Server = await runServer({
    storage: folder,
    self_path: folder,
    auth: { htpasswd: { file: path.join(folder, "htpasswd"), max_users: -1 } },
    // Without an uplink: a package of ours that was not published here is nowhere.
    uplinks: {},
    packages: { [`${scope}*`]: { access: "$all", publish: "$all" } },
    web: { enable: false },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/`,
    // npm publishes nothing without a token, whatever it says.
    npmrc: `${scope.slice(0, -1)}:registry=http://${host}/\n//${host}/:_authToken=none\n`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(folder, { recursive: true });
    },
  };
}
