import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { brokenLinks } from "./links.ts";
import { addressOf, groupOf, splitTitle } from "./pages.ts";

function broken(pages: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "cloudhaul-links-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, html] of Object.entries(pages)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), html);
  }
  return brokenLinks(folder, Object.keys(pages));
}

it("follows links to files, folders and anchors", () => {
  const links = ["a/b.html", "a/b.html#here", "#own", "a/", "https://elsewhere.example/x", "a/b.html#a%26b"];
  const html = `<p id="own">${links.map((link) => `<a href="${link}">`).join("")}</p>`;
  expect(
    broken({
      "index.html": html,
      "a/b.html": '<p id="here"><p id="a&amp;b"><a href="../index.html">',
      "a/index.html": "",
    }),
  ).toEqual([]);
});

it.each(["c.html", "a/b.html#there", "#nowhere", "a/b.html/", "../index.html"])(
  "finds that %s is broken",
  (link) => {
    expect(broken({ "index.html": `<a href="${link}">`, "a/b.html": "" })).toEqual([`index.html: ${link}`]);
  },
);

it("gives pages their addresses, groups and titles", () => {
  expect(["docs/guides/README", "docs/commands/get", "docs/faults", "CONTRIBUTING"].map(addressOf)).toEqual([
    ...["guides/index", "commands/get", "project/faults", "project/contributing"],
  ]);
  expect(["docs/guides/x", "docs/decisions/x", "CONTRIBUTING"].map(groupOf)).toEqual([
    "Guides",
    "Decisions",
    "Project",
  ]);
  expect(splitTitle("# One\n\nText")).toEqual({ title: "One", rest: "Text" });
  expect(splitTitle("Text")).toEqual({ title: undefined, rest: "Text" });
});
