// Run in a consumer's project: do `import` and `require` give the same names? Prints what differs.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const addedByNode = new Set(["default", "module.exports", "__esModule"]);
const ownNames = (module) =>
  Object.keys(module)
    .filter((name) => !addedByNode.has(name))
    .sort();

for (const specifier of process.argv.slice(2)) {
  const imported = ownNames(await import(specifier));
  const required = ownNames(require(specifier));
  if (imported.length === 0) console.log(`${specifier} exports nothing`);
  if (imported.join() !== required.join()) {
    console.log(`${specifier}: import gives ${imported}; require gives ${required}`);
  }
}
