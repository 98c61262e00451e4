import { createAccount, refuseDouble } from "./account.ts";
import { createDdsStore, type DdsStore } from "./dds-store.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createHssStore, type HssStore } from "./hss-store.ts";
import { createIamStore, type IamStore } from "./iam-store.ts";
import { createIotdaStore, type IotdaStore } from "./iotda-store.ts";
import type { MetadataKind, MetadataTokens } from "./metadata.ts";
import { createMetastudioStore, type MetastudioStore } from "./metastudio-store.ts";
import { createObsStore, type ObsStore } from "./obs.ts";
import { createRomaStore, type RomaStore } from "./roma-store.ts";
import { resolveVariants, type VariantOptions, type Variants } from "./variants.ts";

/** The key that requests are signed with. */
export interface EmulatorAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a temporary key. */
  readonly securityToken?: string | undefined;
}

/** The one user of an account. */
export interface EmulatorUser {
  readonly name: string;
  readonly password: string;
  /** The account's name. */
  readonly domainName: string;
  /** The passcode that a password token needs besides, as of a user with MFA. Default: none. */
  readonly passcode?: string | undefined;
}

/** What the account has delegated, to itself. */
export interface EmulatorAgency {
  readonly name: string;
  readonly domainName: string;
  readonly domainId: string;
}

/** Whose account it is. What is not given is made up, the same at every start. */
export interface AccountOptions {
  /** Default, of the first account, `0e0c5cd3f2c34d0d9c7b1f4a9f0a1b2c`. */
  readonly projectId?: string | undefined;
  readonly accessKey?: EmulatorAccessKey | undefined;
  readonly user?: EmulatorUser | undefined;
}

/** How the emulated cloud is to be, and its first account. */
export interface StateOptions extends AccountOptions {
  /** The region, whose name every project has too. Default `cn-north-4`. */
  readonly region?: string | undefined;
  readonly variants?: VariantOptions | undefined;
  /** How long a link is good, in seconds. Default 900, as the vendor says. */
  readonly linkLifeSeconds?: number | undefined;
  /** How long a token is good, in seconds. Default 86,400. */
  readonly tokenLifeSeconds?: number | undefined;
  /** How long a temporary key is good that nobody named a time for, in seconds. Default 21,600. */
  readonly keyLifeSeconds?: number | undefined;
  /**
   * How long after a download IoTDA allows the next, in milliseconds, where the variant `downloadInterval` has it hold to
   * that. Default 30,000, as the vendor says.
   */
  readonly downloadIntervalMs?: number | undefined;
  /** The cloud server whose metadata is asked for. Default `token`. */
  readonly metadata?: MetadataKind | undefined;
  /** The clock. Default: the machine's. */
  readonly now?: (() => Date) | undefined;
  /** Where links lead, without a slash at the end. Default `https://obs.REGION.myhuaweicloud.com`. */
  readonly origin?: (() => string) | undefined;
}

/** What the services keep for one account: add files here, and read what is left. */
export interface EmulatorStore {
  readonly hss: HssStore;
  readonly iotda: IotdaStore;
  readonly roma: RomaStore;
  readonly metastudio: MetastudioStore;
  readonly dds: DdsStore;
  readonly iam: IamStore;
  readonly obs: ObsStore;
  /** The session tokens of the metadata service. */
  readonly metadataTokens: MetadataTokens;
}

/** An emulated cloud as one of its accounts sees it. Two accounts share nothing, nor do two clouds. */
export interface EmulatorState {
  readonly region: string;
  readonly projectId: string;
  readonly domainId: string;
  readonly userId: string;
  readonly accessKey: EmulatorAccessKey;
  readonly user: EmulatorUser;
  readonly agency: EmulatorAgency;
  /** Of the identity provider whose id tokens are taken. */
  readonly identityProviderId: string;
  readonly metadata: MetadataKind;
  readonly variants: Variants;
  readonly linkLifeSeconds: number;
  /** The clock of this cloud. */
  readonly now: () => Date;
  /** Scheme and host that links lead to. */
  readonly origin: () => string;
  readonly store: EmulatorStore;
  readonly faults: Faults;
  /** Every account of this cloud, in the order they were added. The cloud server with metadata is the first one's. */
  readonly accounts: readonly EmulatorState[];
  /**
   * Adds an account with a project, a user and stores of its own, and gives the cloud as it sees it.
   *
   * @throws TypeError when another account has that project, access key or user
   */
  addAccount(options?: AccountOptions): EmulatorState;
}

/**
 * An emulated cloud without a server, for {@link startEmulator} and for msw. It begins with one account.
 *
 * @throws TypeError when a variant is unknown
 */
export function createEmulatorState(options: StateOptions = {}): EmulatorState {
  const {
    region = "cn-north-4",
    linkLifeSeconds = 900,
    metadata = "token",
    now = () => new Date(),
  } = options;
  const { origin = () => `https://obs.${region}.myhuaweicloud.com`, ...given } = options;
  const accounts: EmulatorState[] = [];
  const cloud = {
    region,
    metadata,
    variants: resolveVariants(options.variants),
    linkLifeSeconds,
    now,
    origin,
    faults: createFaults(),
    accounts,
    addAccount(options: AccountOptions = {}): EmulatorState {
      const account = createAccount(accounts.length, options);
      refuseDouble(account, accounts);
      const state = { ...cloud, ...account, store: createStore(cloud, given) };
      accounts.push(state);
      return state;
    },
  };
  return cloud.addAccount(options);
}

type Cloud = Pick<EmulatorState, "now" | "origin" | "linkLifeSeconds" | "variants">;

function createStore(
  { now, origin, linkLifeSeconds, variants }: Cloud,
  options: StateOptions,
): EmulatorStore {
  const { tokenLifeSeconds = 86_400, keyLifeSeconds = 21_600, downloadIntervalMs = 30_000 } = options;
  const obs = createObsStore({ origin, now, linkLifeSeconds, variants: variants.obs });
  return {
    hss: createHssStore(now),
    iotda: createIotdaStore(now, { downloadIntervalMs, variants: variants.iotda }),
    roma: createRomaStore(now),
    metastudio: createMetastudioStore(now),
    dds: createDdsStore(obs, now),
    iam: createIamStore(now, { tokenLifeSeconds, keyLifeSeconds }),
    obs,
    metadataTokens: new Map(),
  };
}
