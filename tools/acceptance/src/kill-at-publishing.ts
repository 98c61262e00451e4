import fs, { type NoParamCallback, type PathLike } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

// Loaded ahead of a program: it dies as a file of the engine is about to get its name, or has just got it.
const moment = process.env.TEST_KILL_AT_PUBLISHING;
const give = { link: fs.link, rename: fs.rename };

const dyingAt =
  (name: "link" | "rename") =>
  (from: PathLike, to: PathLike, done: NoParamCallback): void => {
    const isFinished = String(from).endsWith(".part");
    if (isFinished && moment === "before") process.kill(process.pid, "SIGKILL");
    give[name](from, to, (error) => {
      if (isFinished) process.kill(process.pid, "SIGKILL");
      done(error);
    });
  };

Object.assign(fs, { link: dyingAt("link"), rename: dyingAt("rename") });
syncBuiltinESMExports();
