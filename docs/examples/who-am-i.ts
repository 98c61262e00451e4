import { describeIdentity } from "@cloudhaul/core-auth";

const identity = await describeIdentity({ region: "cn-north-4" });
console.log(identity.credentialKind, identity.source, identity.accessKeyId, identity.projectId);
