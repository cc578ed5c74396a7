/** Finds objects by a key that may, for a while or by a switch, belong to more than one of them. */

export class KeyIndex {
  // One id as plain text, several as a list: with 100,000 people nearly all keys have one holder.
  private readonly holders = new Map<string, string | string[]>();

  add(key: string, id: string): void {
    const held = this.holders.get(key);
    if (held === undefined) this.holders.set(key, id);
    else if (typeof held === 'string') this.holders.set(key, [held, id]);
    else held.push(id);
  }

  remove(key: string, id: string): void {
    const held = this.holders.get(key);
    if (held === id) {
      this.holders.delete(key);
    } else if (Array.isArray(held)) {
      const left = held.filter((holder) => holder !== id);
      const [only] = left;
      if (left.length === 1 && only !== undefined) this.holders.set(key, only);
      else this.holders.set(key, left);
    }
  }

  /** Ids under the key, oldest first. */
  all(key: string): readonly string[] {
    const held = this.holders.get(key);
    if (held === undefined) return NOBODY;
    return typeof held === 'string' ? [held] : held;
  }
}

const NOBODY: readonly string[] = [];
