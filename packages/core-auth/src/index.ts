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
export { type EndpointQuery, type RegionTable, resolveEndpoint } from "./endpoint.ts";
export { type FromAccessKeyOptions, fromAccessKey } from "./from-access-key.ts";
export { fromEnvironment } from "./from-environment.ts";
export { type FromPasswordOptions, fromPassword } from "./from-password.ts";
export { type FromTokenOptions, fromToken } from "./from-token.ts";
export { gatewayErrorKinds } from "./gateway-error-kinds.ts";
export { type IamEndpointQuery, iamErrorKinds, iamOperations, resolveIamEndpoint } from "./iam.ts";
export { createProjectIdResolver, type ProjectIdQuery, type ProjectIdResolver } from "./project-id.ts";
export {
  createServiceClient,
  type ServiceClient,
  type ServiceClientOptions,
  type ServiceDefinition,
} from "./service-client.ts";
export { createSharedCall } from "./shared-call.ts";
export {
  type AccessKey,
  type DerivedScope,
  type SignableRequest,
  type SignOptions,
  signRequest,
} from "./sign.ts";
export { type VerifyFailureReason, type VerifyOptions, type VerifyResult, verifyRequest } from "./verify.ts";
