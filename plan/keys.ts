/** Keys that tie a target object to its source object, for ever. */

/**
 * Key of an object at the target.
 * @param format for example "{corpId}:{id}"; fixed when a connection is created, because a user id is
 *   unique per company only, an external id per pool, and every company's root is 1
 */
export function targetKey(format: string, corpId: string, sourceId: string): string {
  // Given as functions: in a text, "$&" and the like would stand for something else.
  return format.replaceAll('{corpId}', () => corpId).replaceAll('{id}', () => sourceId);
}

/** The source id inside a key, or null when the key is not of this connection. */
export function sourceIdOf(format: string, corpId: string, key: string): string | null {
  const [before, after] = format.replaceAll('{corpId}', () => corpId).split('{id}');
  if (before === undefined || after === undefined) return null;
  if (key.length <= before.length + after.length) return null;
  if (!key.startsWith(before) || !key.endsWith(after)) return null;
  return key.slice(before.length, key.length - after.length);
}
