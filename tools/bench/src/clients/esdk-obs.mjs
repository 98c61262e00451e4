// esdk-obs.mjs URL: signs a request of its own for the object of that bucket and key. It looks at no certificate by default.
import { dirname } from "node:path";
import ObsClient from "esdk-obs-nodejs";

const { origin, pathname } = new URL(process.argv[2]);
const client = new ObsClient({
  access_key_id: "AKEXAMPLE0123456789A",
  secret_access_key: "no-secret-of-anyone-0123456789abcdefghij",
  server: origin,
  path_style: true,
  signature: "obs",
});
await new Promise(setImmediate); // its constructor goes on for a moment after it has returned
const { CommonMsg } = await client.getObject({
  Bucket: dirname(pathname).slice(1),
  Key: pathname.slice(dirname(pathname).length + 1),
  SaveAsFile: "file.bin",
});
if (CommonMsg.Status !== 200) throw new Error(`status ${CommonMsg.Status}`);
client.close();
