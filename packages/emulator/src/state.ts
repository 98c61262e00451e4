import { createDdsStore, type DdsStore } from "./dds.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createHssStore, type HssStore } from "./hss.ts";
import { createIamStore, type IamStore } from "./iam-store.ts";
import { createIotdaStore, type IotdaStore } from "./iotda.ts";
import type { MetadataKind, MetadataTokens } from "./metadata.ts";
import { createMetastudioStore, type MetastudioStore } from "./metastudio.ts";
import { createObsStore, type ObsStore } from "./obs.ts";
import { createRomaStore, type RomaStore } from "./roma.ts";
import { resolveVariants, type VariantOptions, type Variants } from "./variants.ts";

/** The key that requests are signed with. */
export interface EmulatorAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a temporary key. */
  readonly securityToken?: string | undefined;
}

/** The one user of the account. */
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

/** How the emulated cloud is to be. */
export interface StateOptions {
  /** The region, whose name the project has too. Default `cn-north-4`. */
  readonly region?: string | undefined;
  /** Default `0e0c5cd3f2c34d0d9c7b1f4a9f0a1b2c`. */
  readonly projectId?: string | undefined;
  readonly accessKey?: EmulatorAccessKey | undefined;
  readonly user?: EmulatorUser | undefined;
  readonly variants?: VariantOptions | undefined;
  /** How long a link is good, in seconds. Default 900, as the vendor says. */
  readonly linkLifeSeconds?: number | undefined;
  /** How long a token is good, in seconds. Default 86,400. */
  readonly tokenLifeSeconds?: number | undefined;
  /** How long a temporary key is good that nobody named a time for, in seconds. Default 21,600. */
  readonly keyLifeSeconds?: number | undefined;
  /** The cloud server whose metadata is asked for. Default `token`. */
  readonly metadata?: MetadataKind | undefined;
  /** The clock. Default: the machine's. */
  readonly now?: (() => Date) | undefined;
  /** Where links lead, without a slash at the end. Default `https://obs.REGION.myhuaweicloud.com`. */
  readonly origin?: (() => string) | undefined;
}

/** What the services keep: add files here, and read what is left. */
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

/** An emulated cloud: everything that its routes know. Two of them share nothing. */
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
}

/**
 * An emulated cloud without a server, for {@link startEmulator} and for msw.
 *
 * @throws TypeError when a variant is unknown
 */
export function createEmulatorState(options: StateOptions = {}): EmulatorState {
  const {
    region = "cn-north-4",
    projectId = "0e0c5cd3f2c34d0d9c7b1f4a9f0a1b2c",
    accessKey = {
      accessKeyId: "EMULATORACCESSKEYID0",
      secretAccessKey: "emulator-secret-access-key-0123456789abcd",
    },
    user = { name: "emulator-user", password: "emulator-password", domainName: "emulator-domain" },
    linkLifeSeconds = 900,
    tokenLifeSeconds = 86_400,
    keyLifeSeconds = 21_600,
    metadata = "token",
    now = () => new Date(),
    origin = () => `https://obs.${region}.myhuaweicloud.com`,
  } = options;
  const domainId = "d78cbac186b744899480f25bd022f468";
  const variants = resolveVariants(options.variants);
  const obs = createObsStore({ origin, now, linkLifeSeconds, variants: variants.obs });
  return {
    region,
    projectId,
    domainId,
    userId: "7116d09f88fa41908676fdd4b039e95b",
    accessKey,
    user,
    agency: { name: "emulator-agency", domainName: user.domainName, domainId },
    identityProviderId: "emulator-identity-provider",
    metadata,
    variants,
    linkLifeSeconds,
    now,
    origin,
    faults: createFaults(),
    store: {
      hss: createHssStore(now),
      iotda: createIotdaStore(now),
      roma: createRomaStore(now),
      metastudio: createMetastudioStore(now),
      dds: createDdsStore(obs),
      iam: createIamStore(now, { tokenLifeSeconds, keyLifeSeconds }),
      obs,
      metadataTokens: new Map(),
    },
  };
}
