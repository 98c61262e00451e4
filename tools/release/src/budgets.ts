/** The most that may be installed with a package: itself and everything that it depends on, without optional peers. */
export interface Budget {
  readonly packages: number;
  /** Unpacked, in millions of bytes. */
  readonly megabytes: number;
}

/** Of a package that has no row of its own below: a service. */
export const serviceBudget: Budget = { packages: 5, megabytes: 10 };

/** Of the others. Of what each takes, zod is 6.1 MB. */
export const budgets: Readonly<Record<string, Budget>> = {
  "core-http": { packages: 2, megabytes: 8 },
  "core-auth": { packages: 3, megabytes: 8.5 },
  emulator: { packages: 6, megabytes: 10 },
  cli: { packages: 10, megabytes: 12 },
};
