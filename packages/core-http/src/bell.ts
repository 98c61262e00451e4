/** Wakes those who wait for something to change. */
export interface Bell {
  ring(): void;
  /** How often it has rung. */
  count(): number;
  /** Resolves once it has rung more often than so. */
  next(heard: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = 0;
  let waiting: (() => void)[] = [];
  return {
    ring() {
      rung++;
      const all = waiting;
      waiting = [];
      for (const wake of all) wake();
    },
    count: () => rung,
    async next(heard) {
      if (rung === heard) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
