import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Processes and gigabytes: side by side, the files would take memory and time from each other.
    fileParallelism: false,
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
