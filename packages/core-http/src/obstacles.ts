import { IntegrityError, type IntegrityReason } from "./download-errors.ts";

/** Why what is held of a file cannot be gone on with. */
export type Obstacle = "changed" | "range" | "ignored";

const obstacles: Readonly<Record<Obstacle, { readonly reason: IntegrityReason; readonly words: string }>> = {
  changed: { reason: "changed", words: "was replaced by another object while it was downloaded" },
  range: { reason: "range", words: "answered with another part than the one asked for" },
  ignored: { reason: "range", words: "was cut, and the server cannot go on where it stopped" },
};

/** The error of a file that cannot begin anew. */
export function obstacleError(why: Obstacle, name: string): IntegrityError {
  const { reason, words } = obstacles[why];
  return new IntegrityError({ reason }, `${name} ${words}. Try again, from the start.`);
}
