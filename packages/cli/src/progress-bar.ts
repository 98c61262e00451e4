import type { ProgressEvent } from "@cloudhaul/core-http";
import type { ProgressDisplay } from "./progress-display.ts";
import { progressShare, progressWords } from "./progress-words.ts";
import { columnsOf, harmless, shorten } from "./shown-text.ts";

/** As much of a terminal as the bars need. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** More pictures a second cost time, and nobody sees them. */
const redrawMs = 80;
const leastLabelColumns = 8;
const mostLabelColumns = 28;

interface RunningFile {
  readonly label: string;
  event: ProgressEvent | undefined;
}

/** One line for each file on its way, redrawn in place at the foot of a terminal. */
export function createProgressBar(terminal: Terminal): ProgressDisplay {
  const running = new Set<RunningFile>();
  let drawn: readonly string[] = [];
  let drawnAt = Number.NEGATIVE_INFINITY;

  /** Goes to where the bars begin. A terminal that became narrower has broken them into more lines. */
  function rewind(): string {
    const columns = terminal.columns || 80;
    const lines = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
    drawn = [];
    return lines > 0 ? `\r\x1b[${lines}A\x1b[J` : "";
  }

  function draw(above = ""): void {
    const start = rewind();
    const { columns = 80, rows = 24 } = terminal;
    // What scrolls out at the top cannot be redrawn.
    const room = Math.max(1, rows - 2);
    const shown = [...running].slice(0, room);
    const hidden = running.size - shown.length;
    // One column short of the edge: a full line makes some terminals begin another.
    drawn = shown.map((file) => barLine(file, columns - 1));
    if (hidden > 0) drawn = [...drawn.slice(0, -1), shorten(`and ${hidden + 1} more`, columns - 1)];
    drawnAt = performance.now();
    terminal.write(start + above + drawn.map((line) => `${line}\n`).join(""));
  }

  const onResize = (): void => draw();
  terminal.on("resize", onResize);
  return {
    add(label) {
      const file: RunningFile = { label, event: undefined };
      return {
        show(event) {
          const isNews = file.event?.phase !== event.phase;
          file.event = event;
          running.add(file);
          if (isNews || performance.now() - drawnAt >= redrawMs) draw();
        },
        end() {
          if (running.delete(file)) draw();
        },
      };
    },
    write: (text) => draw(text),
    close() {
      terminal.off("resize", onResize);
      running.clear();
      draw();
    },
  };
}

/** What there is to say comes first; the name gets the columns that are left. */
function barLine({ label, event }: RunningFile, columns: number): string {
  if (!event) return "";
  const share = progressShare(event);
  const barColumns = columns < 90 ? 10 : 20;
  const bar = "#".repeat(Math.floor((share ?? 0) * barColumns)).padEnd(barColumns, "-");
  const percent = `${Math.floor((share ?? 0) * 100)}%`.padStart(4);
  const words = (share === undefined ? "" : `[${bar}] ${percent} `) + progressWords(event);
  const room = Math.max(leastLabelColumns, Math.min(mostLabelColumns, columns - columnsOf(words) - 1));
  const name = shorten(harmless(label), room);
  return shorten(`${name}${" ".repeat(room - columnsOf(name))} ${words}`, columns);
}
