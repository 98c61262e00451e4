import { promises } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

// Loaded ahead of a program: it dies as a file of the engine is about to get its name, or has just got it.
const moment = process.env.TEST_KILL_AT_PUBLISHING;
const give = { link: promises.link, rename: promises.rename };

const dyingAt =
  (name: "link" | "rename"): typeof promises.link =>
  async (from, to) => {
    const isFinished = String(from).endsWith(".part");
    if (isFinished && moment === "before") process.kill(process.pid, "SIGKILL");
    await give[name](from, to);
    if (isFinished) process.kill(process.pid, "SIGKILL");
  };

promises.link = dyingAt("link");
promises.rename = dyingAt("rename");
syncBuiltinESMExports();
