/** How a service answers a download. No document says any of it; the first of each is the default, being the least helpful. */
export interface DownloadVariants {
  /** Whether the length is told: chunked without one, or `Content-Length`. */
  readonly length: "none" | "content-length";
  readonly etag: "none" | "weak" | "strong";
  readonly lastModified: "none" | "present";
  /** Whether `Range` and the conditions on it are heeded. */
  readonly ranges: "ignored" | "honoured";
  readonly contentType: "octet-stream" | "none" | "zip";
  /** `rfc8187` gives `filename*` in UTF-8 too. */
  readonly disposition: "none" | "plain" | "rfc8187";
}

/** ROMA Connect: what a second download of an archive gets. */
export interface RomaVariants extends DownloadVariants {
  /** An error that says "not found", or a good answer without a byte. */
  readonly secondAnswer: "refused" | "empty";
}

/** IoTDA: what becomes of a download within 30 seconds of the one before, which the vendor forbids. */
export interface IotdaVariants extends DownloadVariants {
  /** Default `unlimited`, against the rule, since otherwise every second test would have to wait. */
  readonly downloadInterval: "unlimited" | "forbidden" | "throttled";
}

/** DDS: what the links look like. */
export interface DdsVariants {
  /** An offset without a colon, or the three-digit day of the vendor's own sample. */
  readonly linkExpiredTime: "offset" | "malformed";
}

/** OBS: its links and objects. */
export interface ObsVariants {
  /** `multipart` gives the ETag of an object uploaded in three parts, which is no MD5. */
  readonly etag: "md5" | "multipart";
  /** Names of the link's parameters: OBS's own, or those of AWS, which some services hand out. */
  readonly dialect: "obs" | "aws";
  /** Whether links are made with a temporary key. */
  readonly securityToken: "none" | "present";
}

/** Every named variant of every service. */
export interface Variants {
  readonly hss: DownloadVariants;
  readonly iotda: IotdaVariants;
  readonly roma: RomaVariants;
  readonly metastudio: DownloadVariants;
  readonly dds: DdsVariants;
  readonly obs: ObsVariants;
}

/** Variants to change; `all` holds for the four services that answer with a file, and a service's own go before it. */
export type VariantOptions = {
  readonly [Service in keyof Variants]?: Partial<Variants[Service]> | undefined;
} & {
  readonly all?: Partial<DownloadVariants> | undefined;
};

type Choices<Of> = { readonly [Name in keyof Of]: readonly [Of[Name], ...Of[Name][]] };

const download: Choices<DownloadVariants> = {
  length: ["none", "content-length"],
  etag: ["none", "weak", "strong"],
  lastModified: ["none", "present"],
  ranges: ["ignored", "honoured"],
  contentType: ["octet-stream", "none", "zip"],
  disposition: ["none", "plain", "rfc8187"],
};

const choices: { readonly [Service in keyof Variants]: Choices<Variants[Service]> } = {
  hss: download,
  iotda: { ...download, downloadInterval: ["unlimited", "forbidden", "throttled"] },
  roma: { ...download, secondAnswer: ["refused", "empty"] },
  metastudio: download,
  dds: { linkExpiredTime: ["offset", "malformed"] },
  obs: { etag: ["md5", "multipart"], dialect: ["obs", "aws"], securityToken: ["none", "present"] },
};

/**
 * Fills the table of variants in.
 *
 * @throws TypeError when a service, a variant or a value is unknown: a misspelt one would quietly test nothing
 */
export function resolveVariants(options: VariantOptions = {}): Variants {
  const { all = {}, ...services } = options;
  const unknown = Object.keys(services).find((service) => !Object.hasOwn(choices, service));
  if (unknown)
    throw new TypeError(
      `No service ${unknown} has variants. Known are: all, ${Object.keys(choices).join(", ")}.`,
    );
  check("all", download, all);
  const resolved = Object.entries(choices).map(([service, table]) => {
    const own = services[service as keyof Variants] ?? {};
    check(service, table, own);
    const shared = table === choices.dds || table === choices.obs ? {} : all;
    const defaults = Object.fromEntries(Object.entries(table).map(([name, values]) => [name, values[0]]));
    return [service, { ...defaults, ...shared, ...own }];
  });
  return Object.fromEntries(resolved) as Variants;
}

function check(service: string, choicesOf: object, given: object): void {
  const table = choicesOf as Readonly<Record<string, readonly unknown[]>>;
  for (const [name, value] of Object.entries(given)) {
    const known = Object.hasOwn(table, name) ? table[name] : undefined;
    if (known?.includes(value)) continue;
    const allowed = known
      ? `${name} may be ${known.join(" or ")}`
      : `known are: ${Object.keys(table).join(", ")}`;
    throw new TypeError(`There is no variant ${name}: ${JSON.stringify(value)} of ${service}; ${allowed}.`);
  }
}
