/** The shape of one entry of the catalogue of problems. */

/**
 * - `config`: a person must act; trying again changes nothing.
 * - `transient`: we try again by ourselves.
 * - `data`: this one object cannot pass; all others go on.
 * - `bug`: ours; stop.
 */
export type ProblemKind = 'config' | 'transient' | 'data' | 'bug';

export interface Sentences {
  /** What happened. */
  what: string;
  /** What it means. */
  means: string;
  /** What to do. */
  remedy: string;
}

export interface ProblemEntry {
  kind: ProblemKind;
  /** Who acts: the administrator, this software by itself, the operator of this installation, or the vendor. */
  who: 'administrator' | 'ourselves' | 'operator' | 'vendor';
  en: Sentences;
  zh: Sentences;
}

/** Keeps each entry's literal key while checking its shape. */
export function entries<K extends string>(table: Record<K, ProblemEntry>): Record<K, ProblemEntry> {
  return table;
}
