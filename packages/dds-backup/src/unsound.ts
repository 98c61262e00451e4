/** What is wrong with a backup file. It ends the look at it, and is no error to whoever asked. */
export class Unsound extends Error {}
