/** Something went wrong, and was told already: what is left is the exit code. */
export class ToldFailure extends Error {
  override readonly name: string = "ToldFailure";
  /** The first thing that went wrong, which gives the exit code. */
  readonly first: unknown;

  constructor(first: unknown) {
    super("told already");
    this.first = first;
  }
}
