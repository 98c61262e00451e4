/** A piece of TypeScript in a document or a comment. */
export interface CodeBlock {
  /** The file it stands in, relative to the root. */
  readonly file: string;
  /** The line of that file, counted from 1, on which its first line of code stands. */
  readonly line: number;
  readonly code: string;
}

interface TextLine {
  readonly number: number;
  readonly text: string;
}

/** The blocks fenced as `ts` of a Markdown document, those in lists included. */
export function markdownBlocks(file: string, text: string): CodeBlock[] {
  return fencedBlocks(file, linesOf(text, 1));
}

/** The blocks fenced as `ts` of the documentation comments of a module. */
export function commentBlocks(file: string, text: string): CodeBlock[] {
  return [...text.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)].flatMap((comment) => {
    const firstLine = text.slice(0, comment.index).split("\n").length;
    const lines = linesOf(comment[0], firstLine).map((line) => ({
      ...line,
      text: line.text.replace(/^\s*\*(?!\/) ?/, ""),
    }));
    return fencedBlocks(file, lines);
  });
}

function linesOf(text: string, firstLine: number): TextLine[] {
  return text.split(/\r?\n/).map((line, index) => ({ number: firstLine + index, text: line }));
}

function fencedBlocks(file: string, lines: readonly TextLine[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open:
    | {
        readonly fence: string;
        readonly indent: number;
        readonly isCode: boolean;
        readonly inside: TextLine[];
      }
    | undefined;
  for (const line of lines) {
    const [, indent = "", fence, language = ""] = /^(\s*)(`{3,}|~{3,})\s*(\w*)/.exec(line.text) ?? [];
    if (!open && fence) {
      open = { fence, indent: indent.length, isCode: /^(ts|typescript)$/.test(language), inside: [] };
    } else if (open && fence?.startsWith(open.fence) && language === "") {
      const { indent: width, inside, isCode } = open;
      const code = inside.map(({ text }) => text.replace(new RegExp(`^\\s{0,${width}}`), "")).join("\n");
      if (isCode) blocks.push({ file, line: inside[0]?.number ?? line.number, code });
      open = undefined;
    } else {
      open?.inside.push(line);
    }
  }
  return blocks;
}
