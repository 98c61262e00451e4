import { formatTime } from "./amounts.ts";
import type { Session } from "./session.ts";
import { columnsOf } from "./shown-text.ts";

/** The columns of a list, by their titles. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => string | number | Date | undefined>>;

/**
 * Prints items: on a terminal as a table once all are there; elsewhere as they come, with tabs between the columns and no
 * title; or as JSON.
 */
export async function printList<Item extends object>(
  { output, signal }: Session,
  items: AsyncIterable<Item> | readonly Item[],
  columns: Columns<Item>,
): Promise<void> {
  const table: string[][] = [Object.keys(columns)];
  for await (const item of items) {
    signal.throwIfAborted();
    const cells = Object.values(columns).map((cell) => cellText(cell(item)));
    if (output.isTable) table.push(cells);
    else output.data(cells.join("\t"), item);
  }
  if (output.isTable) for (const line of aligned(table)) output.data(line, {});
}

function cellText(value: string | number | Date | undefined): string {
  const text = value instanceof Date ? formatTime(value) : String(value ?? "-");
  return text.replace(/\s+/g, " ");
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column] ?? "")))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - columnsOf(cell)))
      .join("  ")
      .trimEnd(),
  );
}
