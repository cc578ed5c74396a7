/** Questions about trees: who is above whom. */

/** Would `id` below `newParent` close a circle? `parentOf` gives null for the root and for what is unknown. */
export function closesCycle(
  id: string,
  newParent: string,
  parentOf: (id: string) => string | null,
): boolean {
  const met = new Set<string>();
  for (let at: string | null = newParent; at !== null && !met.has(at); at = parentOf(at)) {
    if (at === id) return true;
    met.add(at);
  }
  return false;
}
