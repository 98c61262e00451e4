import { createHmac, randomBytes } from "node:crypto";

/** What holds for everything that is given out for a time. */
interface Issued {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** A token that IAM gave out. */
export interface IssuedToken extends Issued {
  readonly token: string;
  /** The project it is good for; `undefined` when it is for the whole domain. */
  readonly projectId: string | undefined;
}

/** A temporary access key. */
export interface IssuedAccessKey extends Issued {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly securityToken: string;
}

/** What somebody proves to the account that they are, by an identity provider or by a cluster. */
export interface IssuedProof extends Issued {
  readonly token: string;
}

/** The tokens and keys of Identity and Access Management. */
export interface IamStore {
  /** Gives out a token. Default life: the emulator's `tokenLifeSeconds`. */
  issueToken(options: {
    readonly projectId?: string | undefined;
    readonly lifeSeconds?: number | undefined;
  }): IssuedToken;
  /** Makes a token invalid at once. */
  revokeToken(token: string): void;
  /** By token. */
  readonly tokens: ReadonlyMap<string, IssuedToken>;
  /** Gives out a temporary access key. Default life: the emulator's `keyLifeSeconds`. */
  issueAccessKey(options?: { readonly lifeSeconds?: number | undefined }): IssuedAccessKey;
  /** Makes a temporary access key invalid at once. */
  revokeAccessKey(accessKeyId: string): void;
  /** The temporary ones, by id. */
  readonly accessKeys: ReadonlyMap<string, IssuedAccessKey>;
  /** An id token of the identity provider, as `POST /v3.0/OS-AUTH/id-token/tokens` takes. Default life: 3,600 s. */
  issueIdToken(options?: { readonly lifeSeconds?: number | undefined }): IssuedProof;
  /** By token. */
  readonly idTokens: ReadonlyMap<string, IssuedProof>;
  /** A token of a pod's service account, as `POST /v1/pod-identity/credentials` takes. Default life: 3,600 s. */
  issuePodToken(options?: { readonly lifeSeconds?: number | undefined }): IssuedProof;
  /** By token. */
  readonly podTokens: ReadonlyMap<string, IssuedProof>;
}

/** A store that has given out nothing yet. */
export function createIamStore(
  now: () => Date,
  {
    tokenLifeSeconds,
    keyLifeSeconds,
  }: { readonly tokenLifeSeconds: number; readonly keyLifeSeconds: number },
): IamStore {
  const tokens = new Map<string, IssuedToken>();
  const accessKeys = new Map<string, IssuedAccessKey>();
  const idTokens = new Map<string, IssuedProof>();
  const podTokens = new Map<string, IssuedProof>();
  const lasting = (lifeSeconds: number): Issued => {
    const issuedAt = now();
    return { issuedAt, expiresAt: new Date(issuedAt.getTime() + lifeSeconds * 1000) };
  };
  const issueProof = (proofs: Map<string, IssuedProof>, subject: string, lifeSeconds = 3600): IssuedProof => {
    const life = lasting(lifeSeconds);
    const issued = { token: writeJwt(subject, life), ...life };
    proofs.set(issued.token, issued);
    return issued;
  };
  return {
    tokens,
    issueToken({ projectId, lifeSeconds = tokenLifeSeconds }) {
      const token = `MII${randomBytes(300).toString("base64")}`;
      const issued = { token, ...lasting(lifeSeconds), projectId };
      tokens.set(token, issued);
      return issued;
    },
    revokeToken: (token) => void tokens.delete(token),
    accessKeys,
    issueAccessKey({ lifeSeconds = keyLifeSeconds } = {}) {
      const accessKeyId = `HST${randomBytes(9).toString("hex").toUpperCase().slice(0, 17)}`;
      const secretAccessKey = randomBytes(30).toString("base64url");
      const securityToken = `gQpjbi1ub3J0aC00${randomBytes(300).toString("base64")}`;
      const issued = { accessKeyId, secretAccessKey, securityToken, ...lasting(lifeSeconds) };
      accessKeys.set(accessKeyId, issued);
      return issued;
    },
    revokeAccessKey: (accessKeyId) => void accessKeys.delete(accessKeyId),
    idTokens,
    issueIdToken: ({ lifeSeconds } = {}) => issueProof(idTokens, "emulator-user", lifeSeconds),
    podTokens,
    issuePodToken: ({ lifeSeconds } = {}) =>
      issueProof(podTokens, "system:serviceaccount:default:emulator", lifeSeconds),
  };
}

/** A JSON web token in form; what makes it good is that the store knows it. */
function writeJwt(sub: string, { issuedAt, expiresAt }: Issued): string {
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const jti = randomBytes(16).toString("hex");
  const claims = { sub, iat: seconds(issuedAt), exp: seconds(expiresAt), jti };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", randomBytes(32)).update(signed).digest("base64url")}`;
}
