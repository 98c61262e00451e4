import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Each test runs processes: side by side, the files would take time from each other.
    fileParallelism: false,
  },
});
