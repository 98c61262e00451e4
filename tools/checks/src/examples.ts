import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { type CodeBlock, commentBlocks, markdownBlocks } from "./code-blocks.ts";
import { exportedNames, parseModule, walk } from "./source-files.ts";
import { report, type Verdict } from "./verdict.ts";
import { filesMatching, repositoryRoot, scope } from "./workspace.ts";

/** Pages of which the examples are compiled, and run, where they belong: in the package that the page makes. */
const checkedElsewhere = new Set(["docs/guides/adding-a-service.md"]);

const documents = ["README.md", "CONTRIBUTING.md", "packages/*/README.md", "docs/**/*.md"];

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
};

/** A block as a module: one line of imports, then the code. */
interface Program {
  readonly block: CodeBlock;
  readonly imports: string;
}

/** Names that a module gives, by which an example that uses them imports them. */
interface Lender {
  readonly specifier: string;
  readonly names: ReadonlySet<string>;
}

/**
 * Type-checks every example against what is built. An example of a document is a whole program, with its own imports.
 * One in a comment may use the names of its package, and those of `namesFile`, without importing them.
 */
export function checkExamples(
  root: string,
  namesFile: string = path.join(import.meta.dirname, "../examples/names.ts"),
): Verdict {
  const read = (file: string) => readFileSync(path.join(root, file), "utf8");
  const fromDocuments = filesMatching(root, ...documents)
    .filter((file) => !checkedElsewhere.has(file))
    .flatMap((file) => markdownBlocks(file, read(file)));
  const fromComments = filesMatching(root, "packages/*/src/**/*.ts")
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => commentBlocks(file, read(file)));
  const namesText = readFileSync(namesFile, "utf8");
  const names: Lender = { specifier: "./names.mjs", names: declaredNames(parseModule(namesFile, namesText)) };
  const programs: Program[] = [
    ...fromDocuments.map((block) => ({ block, imports: "" })),
    ...fromComments.map((block) => ({
      block,
      imports: importsFor(block, [packageLender(block, read), names]),
    })),
  ];
  return {
    problems: typeCheck(root, programs, namesText),
    summary: `${fromDocuments.length} programs in documents, ${fromComments.length} examples in comments`,
  };
}

function packageLender({ file }: CodeBlock, read: (file: string) => string): Lender {
  const folder = file.split("/")[1] as string;
  const index = `packages/${folder}/src/index.ts`;
  return { specifier: scope + folder, names: new Set(exportedNames(parseModule(index, read(index)))) };
}

/** The imports, on one line, of the names that a block uses and neither declares nor imports; the first lender wins. */
function importsFor({ file, code }: CodeBlock, lenders: readonly Lender[]): string {
  const module = parseModule(file, code);
  const taken = declaredNames(module);
  const used = new Set<string>();
  walk(module, (node) => {
    if (ts.isIdentifier(node) && !isMemberName(node)) used.add(node.text);
  });
  return lenders
    .map(({ specifier, names }) => {
      const lent = [...used].filter((name) => names.has(name) && !taken.has(name));
      for (const name of lent) taken.add(name);
      return lent.length > 0 ? `import { ${lent.join(", ")} } from "${specifier}";` : "";
    })
    .join(" ");
}

/** `toFile` in `download.toFile()` and in `{ toFile: 1 }`, which asks for nothing of that name. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** Every name that a module declares or imports, at whatever depth. */
function declaredNames(module: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  walk(module, (node) => {
    const name = (node as Partial<ts.NamedDeclaration>).name;
    const isBinding =
      ts.isVariableDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node);
    if (isBinding && name && ts.isIdentifier(name)) names.add(name.text);
  });
  return names;
}

/** Writes the programs where the imports of this repository resolve, and checks them all in one run. */
function typeCheck(root: string, programs: readonly Program[], namesText: string): string[] {
  const folder = path.join(root, `node_modules/.cache/cloudhaul-examples-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(path.join(folder, "names.mts"), namesText);
    const byFile = new Map<string, Program>();
    for (const [index, program] of programs.entries()) {
      const file = path.join(folder, `example-${index}.mts`);
      writeFileSync(file, `${program.imports}\n${program.block.code}\nexport {};\n`);
      byFile.set(file.split(path.sep).join("/"), program);
    }
    const files = [...byFile.keys()];
    const run = ts.createProgram(files, compilerOptions);
    return ts.getPreEmitDiagnostics(run).map((diagnostic) => describe(diagnostic, byFile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function describe(
  { file, start = 0, messageText }: ts.Diagnostic,
  byFile: ReadonlyMap<string, Program>,
): string {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n  ");
  if (!file) return message;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const program = byFile.get(file.fileName);
  if (!program) return `${path.basename(file.fileName)}:${line + 1}: ${message}`;
  // Line 0 of the module holds the imports.
  const { block } = program;
  return line === 0
    ? `${block.file}:${block.line}: in the imports made for this example: ${message}`
    : `${block.file}:${block.line + line - 1}:${character + 1}: ${message}`;
}

if (import.meta.main) await report("examples", checkExamples(repositoryRoot));
