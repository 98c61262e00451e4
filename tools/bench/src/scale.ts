/** How large everything is. */
export interface Scale {
  readonly streamBytes: number;
  readonly limitedBytes: number;
  readonly delayedBytes: number;
  readonly smallFiles: number;
  readonly memoryBytes: readonly number[];
  readonly signatures: number;
  /** Rounds that are not counted. */
  readonly warmUp: number;
  /** The space that all files take at their most. */
  readonly neededBytes: number;
}

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

export const smallBytes: number = 64 * 1024;
export const tinyBytes = 1024;

export const fullScale: Scale = {
  streamBytes: gibibyte,
  limitedBytes: 256 * mebibyte,
  delayedBytes: 64 * mebibyte,
  smallFiles: 2_000,
  memoryBytes: [256 * mebibyte, gibibyte, 2 * gibibyte],
  signatures: 5_000,
  warmUp: 1,
  neededBytes: 6 * gibibyte,
};

export const quickScale: Scale = {
  streamBytes: 4 * mebibyte,
  limitedBytes: 16 * mebibyte,
  delayedBytes: 8 * mebibyte,
  smallFiles: 100,
  memoryBytes: [mebibyte, 4 * mebibyte],
  signatures: 200,
  warmUp: 0,
  neededBytes: 64 * mebibyte,
};

/** `64 MiB`, `1 KiB`. */
export function shownSize(bytes: number): string {
  const [unit, size] = (
    [
      ["GiB", gibibyte],
      ["MiB", mebibyte],
      ["KiB", 1024],
    ] as const
  ).find(([, each]) => bytes >= each) ?? ["bytes", 1];
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}
