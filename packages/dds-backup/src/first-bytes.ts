/** What files begin with, in hex, for those that may be met in place of a backup. */
const beginnings: readonly (readonly [hex: RegExp, what: string])[] = [
  [/^$/, "it is empty"],
  [/^1f8b/, "it looks like gzip"],
  [/^504b0304/, "it looks like a zip"],
  [/^28b52ffd/, "it looks like zstd"],
  [/^425a68/, "it looks like bzip2"],
  [/^fd377a585a00/, "it looks like xz"],
  [/^6de29981/, "it looks like an archive of mongodump, which cannot be checked here"],
  [/^(efbbbf)?3c/, "it looks like a page, or XML"],
  [/^(efbbbf)?7b/, "it looks like JSON"],
  [/^.{514}7573746172/, "it looks like a tar that is not compressed"],
  [/^(00)+$/, "it begins with zeros, as a file whose data was never written does"],
];

/** Says what a file seems to be, from its first bytes. */
export function firstBytes(head: Buffer): string {
  const hex = head.toString("hex");
  const what = beginnings.find(([pattern]) => pattern.test(hex))?.[1];
  return what ?? `its first bytes are ${hex.slice(0, 32).replace(/..(?=.)/g, "$& ")}`;
}
