import { createRequire } from "node:module";
import type { AccessKey, DerivedScope } from "@cloudhaul/core-auth";

/** A request as the vendor's signers take it. */
export interface OfficialRequest {
  readonly method: string;
  readonly endpoint: string;
  readonly queryParams: Record<string, string>;
  readonly headers: Record<string, string>;
}

/** The vendor's two signers, by algorithm. Each returns the headers to send. */
export interface OfficialSigners {
  plain(request: OfficialRequest): Record<string, string>;
  derived(request: OfficialRequest): Record<string, string>;
}

interface Credential {
  getAk(): string;
  getSk(): string;
  getRegionId(): string;
  getDerivedAuthServiceName(): string;
}

interface Signer {
  sign(request: OfficialRequest, credential: Credential): Record<string, string>;
}

/** Loads the signers of `@huaweicloud/huaweicloud-sdk-core` by themselves: CommonJS modules, without the client around them. */
export function officialSigners(accessKey: AccessKey, scope: DerivedScope): OfficialSigners {
  const load = createRequire(import.meta.url);
  const folder = "@huaweicloud/huaweicloud-sdk-core/auth";
  const { AKSKSigner } = load(`${folder}/AKSKSigner`) as { AKSKSigner: Signer };
  const { DerivedAKSKSigner } = load(`${folder}/DerivedAKSKSigner`) as { DerivedAKSKSigner: Signer };
  const credential: Credential = {
    getAk: () => accessKey.accessKeyId,
    getSk: () => accessKey.secretAccessKey,
    getRegionId: () => scope.region,
    getDerivedAuthServiceName: () => scope.service,
  };
  return {
    plain: (request) => AKSKSigner.sign(request, credential),
    derived: (request) => DerivedAKSKSigner.sign(request, credential),
  };
}
