import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { parseModule, walk } from "./source-files.ts";
import { report, type Verdict } from "./verdict.ts";
import { filesMatching, repositoryRoot } from "./workspace.ts";

const page = "docs/guides/troubleshooting.md";

/** Unions of the core of which each member is a code, or the end of one. */
const codeTypes: Readonly<Record<string, string>> = {
  TransportErrorCode: "",
  FileSystemErrorCode: "",
  ServiceErrorKind: "SERVICE_",
  IntegrityReason: "INTEGRITY_",
  RequestPhase: "TIMEOUT_",
};

/** The codes that the errors of the core can have, read from its source. */
export function errorCodesOf(root: string): readonly string[] {
  const codes = new Set<string>();
  for (const file of filesMatching(root, "packages/core-http/src/*errors.ts")) {
    const module = parseModule(file, readFileSync(path.join(root, file), "utf8"));
    walk(module, (node) => {
      if (ts.isTypeAliasDeclaration(node)) {
        const prefix = codeTypes[node.name.text];
        if (prefix !== undefined)
          for (const member of membersOf(node.type))
            codes.add(prefix + member.toUpperCase().replaceAll("-", "_"));
      }
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
        const [code] = node.arguments;
        if (code && ts.isStringLiteral(code)) codes.add(code.text);
      }
    });
  }
  // The phase of waiting for a task stands beside those of a request, in a union of its own.
  codes.add("TIMEOUT_WAIT");
  return [...codes].sort();
}

function membersOf(type: ts.TypeNode): string[] {
  const members = ts.isUnionTypeNode(type) ? type.types : [type];
  return members.flatMap((member) =>
    ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal) ? [member.literal.text] : [],
  );
}

/** Checks that the page on troubleshooting tells of every code once, and of no other. */
export function checkErrorCodes(root: string): Verdict {
  const codes = errorCodesOf(root);
  const rows = readFileSync(path.join(root, page), "utf8").matchAll(/^\| (`[^|]+`) \|/gm);
  const told = [...rows]
    .flatMap(([, cell = ""]) => [...cell.matchAll(/`([A-Z_]+)`/g)])
    .map(([, code]) => code);
  const problems = [
    ...codes.filter((code) => !told.includes(code)).map((code) => `${page} does not tell of ${code}`),
    ...told
      .filter((code) => !codes.includes(code ?? ""))
      .map((code) => `${page} tells of ${code}, which is no code`),
    ...told.filter((code, at) => told.indexOf(code) !== at).map((code) => `${page} tells of ${code} twice`),
  ];
  if (codes.length < 30) problems.push(`only ${codes.length} codes were found in the source`);
  return { problems, summary: `${codes.length} codes, each with its remedy` };
}

if (import.meta.main) await report("error-codes", checkErrorCodes(repositoryRoot));
