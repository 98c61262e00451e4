/**
 * Remembers what was worked out for the last `limit` keys, the oldest forgotten first: for answers that are asked for
 * again and again, but may come to be without end.
 */
export function createRecall<Value>(limit: number): (key: string, workOut: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, workOut) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = workOut();
    const [oldest] = known.keys();
    if (known.size >= limit && oldest !== undefined) known.delete(oldest);
    known.set(key, value);
    return value;
  };
}
