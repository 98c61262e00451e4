import path from "node:path";

/** The root of this repository. */
export const repositoryRoot: string = path.resolve(import.meta.dirname, "../../..");

/** Where files that the site does not hold can be read. */
const repositoryUrl = "https://github.com/cloudhaul/cloudhaul/blob/main";

/** Groups of pages, by the folder that they stand in. */
const groups: readonly (readonly [folder: RegExp, group: string])[] = [
  [/^docs\/guides\//, "Guides"],
  [/^docs\/commands\//, "Commands"],
  [/^docs\/decisions\//, "Decisions"],
  [/^/, "Project"],
];

/** The heading of a group in the navigation. */
export function groupOf(page: string): string {
  return groups.find(([folder]) => folder.test(page))?.[1] ?? "Project";
}

/** Where a page stands in the site, without its ending: `docs/guides/README` → `guides/index`. */
export function addressOf(page: string): string {
  const address = page.replace(/^docs\//, "").replace(/README$/, "index");
  return address === page
    ? `project/${page.toLowerCase()}`
    : address.includes("/")
      ? address
      : `project/${address}`;
}

/** The first heading of a text in Markdown, and the text without it. */
export function splitTitle(markdown: string): { readonly title: string | undefined; readonly rest: string } {
  const [whole, title] = /^\s*# (.*)\n+/.exec(markdown) ?? [];
  return { title, rest: whole === undefined ? markdown : markdown.slice(whole.length) };
}

/** Where a file or folder of the repository can be read. */
export function sourceUrl(file: string): string {
  return `${repositoryUrl}/${path.relative(repositoryRoot, file).split(path.sep).join("/")}`;
}
