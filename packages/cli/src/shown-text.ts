/** Text as a terminal shows it. */

/** Characters that a terminal takes for commands: a server's file name must not move the cursor, or worse. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text without anything that a terminal would obey; line breaks stay. */
export function harmless(text: string): string {
  return text.replace(controls, "?");
}

const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Those of East Asia, and pictures, take two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segments.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** Cuts a text to so many columns, with a mark where something is missing. */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let fitting = "";
  let taken = 1; // the mark's own
  for (const { segment } of segments.segment(text)) {
    taken += columnsOf(segment);
    if (taken > columns) break;
    fitting += segment;
  }
  return columns > 0 ? `${fitting}…` : "";
}
