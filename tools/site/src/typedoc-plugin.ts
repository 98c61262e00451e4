import { existsSync } from "node:fs";
import {
  Application,
  type CommentDisplayPart,
  Converter,
  type DocumentReflection,
  type ProjectReflection,
  type Reflection,
  type RouterTarget,
  StructureRouter,
} from "typedoc";
import { addressOf, groupOf, sourceUrl, splitTitle } from "./pages.ts";

/** The file of each page, by the page. */
const files = new WeakMap<object, string>();

/** Gives pages the addresses that their files have in the repository. */
class PageRouter extends StructureRouter {
  override getIdealBaseName(reflection: Reflection): string {
    const file = files.get(reflection);
    if (file !== undefined) return addressOf(file);
    // The scope is the same everywhere, and of a package with several entries the first has no name.
    const name = super.getIdealBaseName(reflection as Reflection & RouterTarget);
    return `api/${name
      .replace(/^_cloudhaul\//, "")
      .replaceAll("//", "/")
      .replace(/\/$/, "/index")}`;
  }
}

/** A typedoc plugin: pages in Markdown get their titles, groups and addresses, and links to the rest of the repository lead there. */
export function load(app: Application): void {
  app.renderer.defineRouter("pages", PageRouter);
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page: DocumentReflection) => namePage(page));
  app.on(Application.EVENT_PROJECT_REVIVE, (project) => leadOut(project as ProjectReflection), -1000);
}

/** Until here the name is the path of the file. */
function namePage(page: DocumentReflection): void {
  files.set(page, page.name);
  page.frontmatter.group = groupOf(page.name);
  const [first] = page.content;
  if (first?.kind !== "text") return;
  page.name = splitTitle(first.text).title ?? page.name;
}

/** A link to a file that is no page of the site would lead to a copy of its text. */
function leadOut(project: ProjectReflection): void {
  type Target = Parameters<typeof project.files.resolvePath>[0];
  const isPage = (target: Target): boolean => typeof project.files.resolve(target, project) === "object";
  const mend = (parts: readonly CommentDisplayPart[] | undefined): void => {
    for (const part of parts ?? []) {
      if (part.kind !== "relative-link" || part.target === undefined || isPage(part.target)) continue;
      const file = project.files.resolvePath(part.target);
      if (file === undefined || !existsSync(file)) throw new Error(`${part.text} leads nowhere.`);
      Object.assign(part, { text: sourceUrl(file), target: undefined });
    }
  };
  mend(project.readme);
  // The theme writes the project's name over its first page.
  const [first] = project.readme ?? [];
  if (first) first.text = splitTitle(first.text).rest;
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.isDocument()) mend(reflection.content);
    else if (reflection.isDeclaration()) mend(reflection.readme);
    mend(reflection.comment?.summary);
  }
}
