/** What core-http promises of files that several connections bring. */
export const connectionsRequirements: Readonly<
  Record<string, { readonly behaviour: string; readonly source: string }>
> = {
  "HTTP-120": {
    behaviour:
      "Several connections bring one file whole and right, no more of them than asked for, and none beside one that is fast, paced or without proof of the object",
    source: "https://www.rfc-editor.org/rfc/rfc9110#section-14.2",
  },
  "HTTP-121": {
    behaviour:
      "What befalls one of several connections costs its part at most: a cut, silence, throttling; a slow one gives half of its part away",
    source: "Cloudhaul: right or absent",
  },
  "HTTP-122": {
    behaviour:
      "Every part is of the object that the first answer was of: another object means the file anew, a server that gives no parts means one connection",
    source: "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1",
  },
  "HTTP-123": {
    behaviour:
      "A file in parts that was cut short goes on where each part is still right, over any number of connections",
    source: "Cloudhaul: resume after a crash",
  },
  "HTTP-124": {
    behaviour:
      "An abort, a full disk or a rate limit holds for all connections of a file, and its progress is that of all",
    source: "Cloudhaul: cancel",
  },
};
