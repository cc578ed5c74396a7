/** A vendor's sentence made fit to be shown and stored: nothing in it tells who a person is. */

/** Longest sentence kept, in characters. */
const LONGEST = 200;

/**
 * Without e-mail addresses, phone numbers, other long numbers, tokens and control characters; full-width
 * forms are made plain first, so that they cannot hide a number.
 */
export function cleaned(sentence: string): string {
  const plain = sentence
    .slice(0, 2_000)
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g, '…')
    .replace(/[A-Za-z0-9_-]{40,}(\.[A-Za-z0-9_-]+)*/g, '…')
    .replace(/\+?\d(?:[\s().-]{0,2}\d){4,}/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = Array.from(plain);
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : plain;
}
