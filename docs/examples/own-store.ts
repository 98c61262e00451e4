import { createHash } from "node:crypto";
import type { Destination } from "@cloudhaul/core-http";
import { createHssDownloadClient } from "@cloudhaul/hss-download";

/** Hashes what comes and keeps nothing: the least that a store of your own must do. */
function createDigestStore(): Destination & { readonly digests: string[] } {
  const digests: string[] = [];
  return {
    digests,
    async open() {
      let hash = createHash("sha256");
      return {
        write: async (chunks) => chunks.forEach((chunk) => void hash.update(chunk)),
        async startAgain() {
          hash = createHash("sha256");
        },
        commit: async () => void digests.push(hash.digest("hex")),
        abort: async () => {},
      };
    },
  };
}

const hss = createHssDownloadClient({ region: "cn-north-4" });
const store = createDigestStore();
const result = await hss.downloadExportedFile({ fileId: process.env.HSS_FILE_ID ?? "" }).toDestination(store);
console.log(store.digests[0] === result.sha256); // true
await hss.close();
