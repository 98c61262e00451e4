// Bundles the package in the current folder into its dist, beside the declarations that tsc wrote there: loading eighty
// small files takes longer than running them. What is imported later stays a file of its own, and so does every dependency.
import { existsSync } from "node:fs";
import { glob, readFile, rm } from "node:fs/promises";
import { rolldown } from "rolldown";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

const manifest: Manifest = JSON.parse(await readFile("package.json", "utf8"));
const exported = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === "string" ? [] : [entry.default.replace(/^\.\/dist\/(.*)\.js$/, "$1")],
);
const names = existsSync("src/main.ts") ? [...exported, "main"] : exported;

for await (const stale of glob("dist/*.{js,js.map}")) await rm(stale);
const bundle = await rolldown({
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  platform: "node",
  // Node 20 knows no `using`; what stands for it goes into the bundle. Node's own parts and dependencies do not.
  transform: { target: "es2022" },
  external: (id) => !/^([./]|@oxc-project\/runtime\/)/.test(id),
});
await bundle.write({ dir: "dist", format: "esm", sourcemap: true, chunkFileNames: "[name].js" });
await bundle.close();
