import path from "node:path";
import { defineConfig } from "vitest/config";

// Programs of other makers, which npm does not install, and what takes long; `npm test` needs none of them.
export default defineConfig({
  test: {
    dir: path.join(import.meta.dirname, ".."),
    include: ["*/src/**/*.peer.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
