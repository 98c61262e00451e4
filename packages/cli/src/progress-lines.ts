import type { ProgressEvent } from "@cloudhaul/core-http";
import { formatTime } from "./amounts.ts";
import type { ProgressDisplay } from "./progress-display.ts";
import { progressShare, progressWords } from "./progress-words.ts";
import { harmless } from "./shown-text.ts";

/** A log file wants to know that it goes on, and no more. */
const intervalMs = 10_000;

/** One line now and then for each file on its way, where lines cannot be redrawn: in a log, a pipe, a build. */
export function createProgressLines(
  to: { write(text: string): unknown },
  now: () => Date = () => new Date(),
): ProgressDisplay {
  return {
    add(label) {
      let toldAt = now().getTime();
      return {
        show(event) {
          const at = now();
          if (at.getTime() - toldAt < intervalMs) return;
          toldAt = at.getTime();
          to.write(`${formatTime(at)}  ${harmless(label)}: ${percentOf(event)}${progressWords(event)}\n`);
        },
        end: () => {},
      };
    },
    write: (text) => void to.write(text),
    close: () => {},
  };
}

function percentOf(event: ProgressEvent): string {
  const share = progressShare(event);
  return share === undefined ? "" : `${Math.floor(share * 100)}%, `;
}
