/** The three functions of a reflection polyfill that the certificate library asks for when it is loaded. */
const kept = new WeakMap<object, Map<unknown, unknown>>();

const read = (key: unknown, target: object): unknown => kept.get(target)?.get(key);

Object.assign(Reflect, {
  getMetadata: read,
  getOwnMetadata: read,
  defineMetadata(key: unknown, value: unknown, target: object): void {
    if (!kept.has(target)) kept.set(target, new Map());
    kept.get(target)?.set(key, value);
  },
});
