/** What one published package may know of the others. */
export interface Arrows {
  /** Packages of ours that it depends on. */
  readonly dependsOn: readonly string[];
  /** Packages of ours that it may load with a dynamic `import()` where they happen to be installed. */
  readonly mayLoad?: readonly string[];
}

const service: Arrows = { dependsOn: ["core-auth", "core-http"] };

const services = {
  "dds-backup": service,
  "hss-download": service,
  "iotda-export": service,
  "metastudio-ies": service,
  "roma-assets": service,
};

/** Every published package and its arrows. They run one way, and a service never knows another service. */
export const allowedArrows: Readonly<Record<string, Arrows>> = {
  "core-http": { dependsOn: [] },
  "core-auth": { dependsOn: ["core-http"] },
  ...services,
  emulator: { dependsOn: ["core-auth"] },
  cli: { dependsOn: ["core-auth", "core-http", ...Object.keys(services)], mayLoad: ["emulator"] },
};

/** External packages that only one of ours may import. */
export const soleImporters: Readonly<Record<string, string>> = { undici: "core-http" };
