/** The few functions of reflect-metadata that @peculiar/x509's container asks for when it is loaded. */

type Metadata = Map<unknown, unknown>;

const known = new WeakMap<object, Metadata>();

function own(key: unknown, target: object): unknown {
  return known.get(target)?.get(key);
}

const reflection = {
  defineMetadata(key: unknown, value: unknown, target: object): void {
    const metadata: Metadata = known.get(target) ?? new Map<unknown, unknown>();
    known.set(target, metadata.set(key, value));
  },
  getOwnMetadata: own,
  getMetadata(key: unknown, target: object): unknown {
    let at: object | null = target;
    while (at !== null) {
      const value = own(key, at);
      if (value !== undefined) return value;
      at = Object.getPrototypeOf(at) as object | null;
    }
    return undefined;
  },
};

// A real polyfill that is already there knows more than this one.
if (!('getMetadata' in Reflect)) Object.assign(Reflect, reflection);
