// Every line here is public API.
export { type AuthorizerOptions, createAuthorizer } from "./authorizer.ts";
export type {
  AccessKeyCredentials,
  CredentialContext,
  CredentialFacts,
  CredentialProvider,
  Credentials,
  TokenCredentials,
} from "./credentials.ts";
export { defaultCredentials } from "./default-credentials.ts";
export type { Signing } from "./derived-signing.ts";
export { type DescribeIdentityOptions, describeIdentity, type Identity } from "./describe-identity.ts";
export { type EndpointQuery, type RegionTable, resolveEndpoint } from "./endpoint.ts";
export { type FromAccessKeyOptions, fromAccessKey } from "./from-access-key.ts";
export { type FromAgencyOptions, fromAgency } from "./from-agency.ts";
export { fromEnvironment } from "./from-environment.ts";
export { type FromIdTokenOptions, fromIdToken } from "./from-id-token.ts";
export { type FromMetadataOptions, fromMetadata } from "./from-metadata.ts";
export { type FromPasswordOptions, fromPassword, type OneTimePassword } from "./from-password.ts";
export { fromPodIdentity } from "./from-pod-identity.ts";
export { type FromProfileOptions, fromProfile } from "./from-profile.ts";
export { type FromTokenOptions, fromToken } from "./from-token.ts";
export { gatewayErrorKinds } from "./gateway-error-kinds.ts";
export { type IamEndpointQuery, iamErrorKinds, iamOperations, resolveIamEndpoint } from "./iam.ts";
export { createProjectIdResolver, type ProjectIdQuery, type ProjectIdResolver } from "./project-id.ts";
export {
  createServiceClient,
  type ServiceClient,
  type ServiceClientOptions,
  type ServiceDefinition,
  type ServiceExport,
  type SigningOptions,
} from "./service-client.ts";
export { createServiceClock, type ServiceClock } from "./service-clock.ts";
export {
  type AccessKey,
  type DerivedScope,
  type SignableRequest,
  type SignOptions,
  signRequest,
} from "./sign.ts";
export { type VerifyFailureReason, type VerifyOptions, type VerifyResult, verifyRequest } from "./verify.ts";
