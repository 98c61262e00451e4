/** One bar. */
export interface Bar {
  readonly name: string;
  /** Not below 0. */
  readonly value: number;
}

const width = 720;
const nameWidth = 250;
const valueWidth = 80;
const barHeight = 18;
const step = 26;
const top = 44;
const colours = { ours: "#1a7f37", others: "#8c959f", text: "#1f2328", paper: "#ffffff" };

/** A chart of horizontal bars as an SVG document, ours in a colour of its own. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const height = top + step * bars.length + 10;
  const longest = Math.max(...bars.map(({ value }) => value)) || 1;
  const drawn = bars.map(({ name, value }, index) => {
    const y = top + step * index;
    const length = ((width - nameWidth - valueWidth) * value) / longest;
    const colour = /cloudhaul/.test(name) ? colours.ours : colours.others;
    return [
      text(nameWidth - 8, y + 13, name, 'text-anchor="end"'),
      `<rect x="${nameWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2" fill="${colour}"/>`,
      text(nameWidth + Number(length.toFixed(1)) + 6, y + 13, `${shownValue(value)} ${unit}`),
    ].join("\n");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}" font-family="sans-serif" font-size="13" fill="${colours.text}">`,
    `<rect width="${width}" height="${height}" fill="${colours.paper}"/>`,
    text(12, 25, title, 'font-size="15" font-weight="bold"'),
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

/** Three digits that mean something. */
function shownValue(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${escapeText(content)}</text>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeText(content: string): string {
  return content.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
