import { globSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type Browser, startChromium } from "./chromium.ts";
import { brokenLinks } from "./links.ts";
import { repositoryRoot } from "./pages.ts";
import { serveFolder } from "./static-server.ts";

const folder = path.join(repositoryRoot, "docs/site");
const files = globSync("**/*", { cwd: folder, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
  .sort();
const pages = files.filter((file) => file.endsWith(".html"));
const widths = [
  [1280, 900],
  [390, 844],
] as const;

/** By how many pixels a page is wider than the window. */
const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** An expression in the page that is open: puts another page in its place, far faster than opening it, and then takes `value`. */
const shown = (page: string, value: string): string =>
  `fetch("/${page}")
    .then((answer) => answer.text())
    .then((text) => {
      document.body.innerHTML = new DOMParser().parseFromString(text, "text/html").body.innerHTML;
      return ${value};
    })`;

/** The theme hides a page until its script has set it up. */
const isShown = `new Promise((done) => {
  const look = () =>
    getComputedStyle(document.body).display === "none"
      ? setTimeout(look, 20)
      : requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
  look();
})`;

/** The addresses in the menu, which a script makes. */
const menuAddresses = `new Promise((done) => {
  const look = () => {
    const links = [...document.querySelectorAll("#tsd-nav-container a")];
    if (links.length > 0) done(links.map((link) => link.pathname));
    else setTimeout(look, 20);
  };
  look();
})`;

/** What the search finds. It asks once somebody has not typed for a moment, and its index has been read. */
const searchResults = (words: string): string => `new Promise((done) => {
  document.querySelector("#tsd-search-trigger").click();
  const input = document.querySelector("#tsd-search-input");
  input.value = ${JSON.stringify(words)};
  const ask = () => input.dispatchEvent(new Event("input", { bubbles: true }));
  const look = (times) => {
    const text = document.querySelector("#tsd-search-results").textContent;
    if (text || times > 100) done(text);
    else setTimeout(look, 100, times + 1);
    if (times % 10 === 0) ask();
  };
  look(0);
})`;

async function openBrowser(): Promise<{
  readonly browser: Browser;
  readonly url: string;
  readonly missing: readonly string[];
}> {
  const server = await serveFolder(folder);
  const browser = await startChromium();
  onTestFinished(async () => {
    await browser.close();
    server.close();
  });
  return { browser, ...server };
}

it("has the guides, the commands, the decisions and every package", () => {
  expect(pages.length, "npm run docs makes the site").toBeGreaterThan(200);
  const starts = ["guides/", "commands/", "decisions/", "project/", "api/"];
  for (const start of starts)
    expect(pages.filter((page) => page.startsWith(start)).length, start).toBeGreaterThan(1);
  const packages = globSync("packages/*", { cwd: repositoryRoot }).map((one) => path.basename(one));
  expect(packages.filter((name) => !pages.includes(`api/${name}.html`))).toEqual([]);
});

it("has no link that leads nowhere, anchors included", () => {
  expect(brokenLinks(folder, files)).toEqual([]);
});

it("has no page that is wider than the window, on a desk and on a phone", { timeout: 300_000 }, async () => {
  const { browser, url, missing } = await openBrowser();
  const tab = await browser.newTab();
  await tab.noScripts();
  await tab.open(`${url}/index.html`);
  const wide: string[] = [];
  for (const [width, height] of widths) {
    await tab.resize(width, height);
    for (const page of pages) {
      const pixels = await tab.evaluate<number>(shown(page, overflow));
      if (pixels > 0) wide.push(`${page} at ${width}: ${pixels} pixels too wide`);
    }
  }
  expect(wide).toEqual([]);
  expect(missing.filter((asked) => asked !== "/favicon.ico")).toEqual([]);
});

it("shows its pages, finds by its search, and leads by its menu", { timeout: 120_000 }, async () => {
  const { browser, url, missing } = await openBrowser();
  const tab = await browser.newTab();
  const shots = process.env.SITE_SCREENSHOTS;
  if (shots) await mkdir(shots, { recursive: true });
  for (const page of ["index", "guides/first-download", "guides/troubleshooting", "api/core-http/Download"]) {
    for (const [width, height] of widths) {
      await tab.resize(width, height);
      await tab.open(`${url}/${page}.html`);
      await tab.evaluate(isShown);
      const png = await tab.screenshot();
      expect(png.length).toBeGreaterThan(10_000); // an empty page takes less
      expect(await tab.evaluate<number>(overflow), `${page} at ${width}`).toBe(0);
      if (shots) await writeFile(path.join(shots, `${page.replaceAll("/", "-")}-${width}.png`), png);
    }
  }
  const menu = await tab.evaluate<readonly string[]>(menuAddresses);
  expect(menu.length).toBeGreaterThan(100);
  const known = new Set(pages.map((page) => `/${page}`));
  expect(menu.filter((address) => address !== "/" && !known.has(decodeURIComponent(address)))).toEqual([]);
  expect(await tab.evaluate<string>(searchResults("TARGET_BUSY"))).toContain("Troubleshooting");
  expect(missing.filter((asked) => asked !== "/favicon.ico")).toEqual([]);
});
