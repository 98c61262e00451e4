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

/** ROMA Connect: where its documents disagree, or are silent. */
export interface RomaVariants extends DownloadVariants {
  /** What a second download of an archive gets: an error that says "not found", or a good answer without a byte. */
  readonly secondAnswer: "refused" | "empty";
  /** Whether an export must name `tasks`, as the newer document says. */
  readonly tasksField: "required" | "optional";
  /** What becomes of an export of an application or a task that is not there. */
  readonly unknownAsset: "job-fails" | "refused";
  /** The name of the list that says why a job failed. */
  readonly reasonField: "reasons" | "reason";
  /** `RUNNING`, or `Running` as in the vendor's sample. */
  readonly statusCase: "upper" | "capitalized";
  /** Times of a job: a text such as `2019-12-06T06:49:04Z`, or milliseconds. */
  readonly times: "text" | "number";
}

/** MetaStudio: where its documents disagree, or are silent. */
export interface MetastudioVariants extends DownloadVariants {
  /** What an export answers: the id of its task, or something else. */
  readonly exportValue: "task-id" | "other";
  /** Times and types of a task: numbers as in the vendor's sample, or texts as in its table. */
  readonly numbers: "numbers" | "texts";
  /** How a task tells its status: 0 runs, 1 done, 2 failed; or in words; or not at all. */
  readonly taskStatus: "numbers" | "words" | "none";
  /** What the result of a task that has not ended is: an error, or a good answer without a byte. */
  readonly unfinishedResult: "refused" | "empty";
  /** In which order tasks are listed, of which only ten are shown. */
  readonly taskOrder: "oldest-first" | "newest-first";
  /** Codes such as `MSS.00000003` of the list of errors, or `MSS.000000003` of the operation's own page. */
  readonly errorCodes: "eight-digits" | "nine-digits";
}

/** HSS: where its documents are silent. */
export interface HssVariants extends DownloadVariants {
  /**
   * Which of the endpoints for polling knows a task: exports of events only `event/export-task`, and all others only
   * `export-task`; or each of them every task.
   */
  readonly pollEndpoints: "own" | "any";
}

/** IoTDA: where its documents are silent. */
export interface IotdaVariants extends DownloadVariants {
  /**
   * What becomes of a download within 30 seconds of the one before, which the vendor forbids. Default `unlimited`, against
   * the rule, since otherwise every second test would have to wait.
   */
  readonly downloadInterval: "unlimited" | "forbidden" | "throttled";
  /** Whether a request must name the account's instance, as of the professional edition. */
  readonly instanceId: "optional" | "required";
  /**
   * What a second export with the same conditions, whose file replaces the first one's, is: the same task, which runs once
   * more, or another one beside it.
   */
  readonly sameConditions: "same-task" | "new-task";
  /** What the download of a task that has not ended well gets: 404 as if there were none, 403, or 400. */
  readonly unfinishedDownload: "not-found" | "forbidden" | "bad-request";
  /** What a sixth export gets while five are unfinished: 403 as a limit of rates does, or 400. */
  readonly sixthTask: "forbidden" | "bad-request";
  /** What a list of export tasks shows that asks for no `app_type`: those of `GLOBAL`, its default, or all. */
  readonly absentAppType: "global" | "all";
  /** What the export of a batch task that is not there gets. Default `accepted`: not every test needs a batch task. */
  readonly unknownBatchTask: "accepted" | "refused";
}

/** DDS: where its documents disagree, or are silent. */
export interface DdsVariants {
  /** When a link expires: an offset without a colon, or the three-digit day of the vendor's own sample. */
  readonly linkExpiredTime: "offset" | "malformed";
  /** The type of a backup: `Auto` as in the documents, or `auto` as in the vendor's SDKs. */
  readonly backupType: "docs" | "sdk";
  /** The status of a backup that is being deleted: as in the documents, or as in the vendor's SDKs. */
  readonly deletingStatus: "DISABLED" | "DELETING";
  /** Where backups must not be downloaded from the Internet: links are refused, or given and lead nowhere. */
  readonly closedPolicy: "refused" | "dead-link";
  /** Whether backups that are snapshots or incremental have links. */
  readonly partialLinks: "refused" | "given";
  /** In which order backups are listed: from the newest on, as the documents hint, or as they were made. */
  readonly backupOrder: "newest-first" | "oldest-first";
  /** What is said of a job in its first three seconds: an error, an answer without a job, or the job. */
  readonly newJob: "refused" | "empty" | "shown";
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
  readonly hss: HssVariants;
  readonly iotda: IotdaVariants;
  readonly roma: RomaVariants;
  readonly metastudio: MetastudioVariants;
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
  hss: { ...download, pollEndpoints: ["own", "any"] },
  iotda: {
    ...download,
    downloadInterval: ["unlimited", "forbidden", "throttled"],
    instanceId: ["optional", "required"],
    sameConditions: ["same-task", "new-task"],
    unfinishedDownload: ["not-found", "forbidden", "bad-request"],
    sixthTask: ["forbidden", "bad-request"],
    absentAppType: ["global", "all"],
    unknownBatchTask: ["accepted", "refused"],
  },
  roma: {
    ...download,
    secondAnswer: ["refused", "empty"],
    tasksField: ["required", "optional"],
    unknownAsset: ["job-fails", "refused"],
    reasonField: ["reasons", "reason"],
    statusCase: ["upper", "capitalized"],
    times: ["text", "number"],
  },
  metastudio: {
    ...download,
    exportValue: ["task-id", "other"],
    numbers: ["numbers", "texts"],
    taskStatus: ["numbers", "words", "none"],
    unfinishedResult: ["refused", "empty"],
    taskOrder: ["oldest-first", "newest-first"],
    errorCodes: ["eight-digits", "nine-digits"],
  },
  dds: {
    linkExpiredTime: ["offset", "malformed"],
    backupType: ["docs", "sdk"],
    deletingStatus: ["DISABLED", "DELETING"],
    closedPolicy: ["refused", "dead-link"],
    partialLinks: ["refused", "given"],
    backupOrder: ["newest-first", "oldest-first"],
    newJob: ["refused", "empty", "shown"],
  },
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
