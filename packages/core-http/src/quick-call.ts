/**
 * A call of `node:fs`, awaited. Where thousands of small files are saved, what `node:fs/promises` adds to each call counts:
 * an object with events for each open file, and a stack for each name that is not there.
 */
export function quickCall<Value = void>(
  call: (done: (error: Error | null, value?: Value) => void) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value as Value)));
  });
}
