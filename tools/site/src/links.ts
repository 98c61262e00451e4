import { readFileSync } from "node:fs";
import path from "node:path";

/** The pages of a site: their anchors, and the links on them. */
export interface PageLinks {
  readonly anchors: ReadonlySet<string>;
  /** As they stand in `href` and `src`. */
  readonly links: readonly string[];
}

/** Reads a page. */
export function readLinks(html: string): PageLinks {
  const attribute = (names: string): string[] =>
    [...html.matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, "g"))].map(([, value = ""]) =>
      decodeEntities(value),
    );
  return { anchors: new Set(attribute("id|name")), links: attribute("href|src") };
}

function decodeEntities(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

const isOutside = (link: string): boolean => /^(https?:|mailto:|data:)/.test(link);

/** Where the links lead that lead nowhere: a file that is not there, or an anchor that its page does not have. */
export function brokenLinks(folder: string, files: readonly string[]): readonly string[] {
  const known = new Set(files);
  const pages = new Map<string, PageLinks>();
  for (const file of files)
    if (/\.(html|svg)$/.test(file)) pages.set(file, readLinks(readFileSync(path.join(folder, file), "utf8")));
  return [...pages].flatMap(([from, { links }]) =>
    links
      .filter((link) => !isOutside(link) && !leadsSomewhere(link, from, known, pages))
      .map((link) => `${from}: ${link}`),
  );
}

function leadsSomewhere(
  link: string,
  from: string,
  known: ReadonlySet<string>,
  pages: ReadonlyMap<string, PageLinks>,
): boolean {
  const [address = "", anchor = ""] = link.split("#", 2);
  const joined = path.posix.join(path.posix.dirname(from), decodeURIComponent(address));
  const to =
    address === "" ? from : /(^|\/)$|^\.$/.test(joined) ? path.posix.join(joined, "index.html") : joined;
  if (!known.has(to)) return false;
  return anchor === "" || (pages.get(to)?.anchors.has(decodeURIComponent(anchor)) ?? false);
}
