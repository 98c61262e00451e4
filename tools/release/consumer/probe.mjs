// Run in a consumer's project. Prints what is wrong, one line each: an import that leaves a trace, a module that `require`
// gives otherwise than `import`.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const addedByNode = new Set(["default", "module.exports", "__esModule"]);
const ownNames = (module) =>
  Object.keys(module)
    .filter((name) => !addedByNode.has(name))
    .sort();

/** Everything that a module could do to the process that loads it. */
const traces = () => ({
  // Node keeps its own fetch there from the first use of one of its names.
  globals: Reflect.ownKeys(globalThis)
    .map(String)
    .filter((name) => !name.startsWith("Symbol(undici.")),
  builtins: [Object, Array, Promise, String, Error, Map, Date].flatMap((builtin) =>
    [builtin, builtin.prototype].flatMap((target) => Reflect.ownKeys(target).map(String)),
  ),
  listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
  // Files that are being read stand here, too: those of the import itself.
  resources: process.getActiveResourcesInfo().filter((name) => !/^(FS|Pipe|TTY|CloseReq)/.test(name)),
  environment: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
});

for (const specifier of process.argv.slice(2)) {
  const before = traces();
  const imported = ownNames(await import(specifier));
  const after = traces();
  for (const [kind, list] of Object.entries(after))
    if (list.join() !== before[kind].join())
      console.log(
        `${specifier}: its import changes ${kind}: ${list.filter((item) => !before[kind].includes(item))}`,
      );
  const required = ownNames(require(specifier));
  if (imported.length === 0) console.log(`${specifier} exports nothing`);
  if (imported.join() !== required.join())
    console.log(`${specifier}: import gives ${imported}; require gives ${required}`);
}
