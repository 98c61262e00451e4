import type { Section } from "./section.ts";
import type { Score } from "./side-by-side.ts";

/** The table of the signers. */
export function signingSection(scores: readonly Score[]): Section {
  const whole = (figure: number): string => Math.round(figure).toLocaleString("en");
  return {
    title: "Signatures in a second",
    header: ["", "cloudhaul", "huaweicloud-sdk-core", "ratio"],
    rows: scores.map(({ name, ours, theirs, ratio }) => [
      name,
      whole(ours),
      whole(theirs),
      `${ratio.toFixed(2)}`,
    ]),
    charts: [
      {
        slug: "signing",
        title: "Signatures in a second",
        unit: "/s",
        bars: scores.flatMap(({ name, ours, theirs }) => [
          { name: `${name}, official`, value: theirs },
          { name: `${name}, cloudhaul`, value: ours },
        ]),
      },
    ],
    failures: [],
  };
}
