/**
 * Calls `make` once for each key and keeps the value.
 *
 * @param most values that are kept, at most; others are made again
 */
export function memoize<Value, Key = string>(make: (key: Key) => Value, most = Infinity): (key: Key) => Value {
  const values = new Map<Key, Value>();
  return (key) => {
    const known = values.get(key);
    if (known !== undefined || values.has(key)) return known as Value;
    const value = make(key);
    if (values.size < most) values.set(key, value);
    return value;
  };
}
