/** A clock that stands until a test moves it. */
export function testClock(start = "2030-01-01T00:00:00Z"): { now(): Date; pass(seconds: number): void } {
  let now = new Date(start);
  return {
    now: () => now,
    pass(seconds) {
      now = new Date(now.getTime() + seconds * 1000);
    },
  };
}
