import { defineConfig } from "vitest/config";

// Programs of other makers, which npm does not install; `npm test` needs none of them.
export default defineConfig({
  test: {
    include: ["src/**/*.peer.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
  },
});
