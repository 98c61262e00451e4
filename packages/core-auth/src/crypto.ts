let loaded: typeof import("node:crypto") | undefined;

/** Node's cryptography takes longer to load than all of this package, so it is loaded with the first signature. */
export function crypto(): typeof import("node:crypto") {
  loaded ??= process.getBuiltinModule("node:crypto");
  return loaded;
}
