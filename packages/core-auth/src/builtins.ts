// Parts of Node that take longer to load than all of this package, and that most programs which import it do not use:
// they are loaded when they are asked for. A plain import of `node:fs` brings its streams and promises along.

let cryptography: typeof import("node:crypto") | undefined;

/** node:crypto, kept: a signature asks for it several times, and looking it up takes a tenth of that time. */
export function crypto(): typeof import("node:crypto") {
  cryptography ??= process.getBuiltinModule("node:crypto");
  return cryptography;
}

/** node:fs. */
export const fs = (): typeof import("node:fs") => process.getBuiltinModule("node:fs");

/** node:os. */
export const os = (): typeof import("node:os") => process.getBuiltinModule("node:os");
