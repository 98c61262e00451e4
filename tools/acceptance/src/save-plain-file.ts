import { FileSystemError, type RepeatClass } from "@cloudhaul/core-http";
import { plainDownload } from "./plain-download.ts";

// A process of its own, so that it can run as another user.
const [, , url = "", target = "", repeat = ""] = process.argv;
const outcome = await plainDownload(url, repeat as RepeatClass)
  .toFile(target)
  .catch((error: unknown) => {
    if (!FileSystemError.isInstance(error)) throw error;
    return { code: error.code, path: error.path, message: error.message };
  });
console.log(JSON.stringify(outcome));
