/** Columns on a terminal, where a Chinese sign is as wide as two letters. */

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu;

/** The text with blanks behind it until it fills so many columns. */
export function column(text: string, width: number): string {
  const wide = text.match(WIDE)?.length ?? 0;
  return text + ' '.repeat(Math.max(0, width - [...text].length - wide));
}
