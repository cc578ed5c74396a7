/** Times as Authing writes them. */

let lastTime = Number.NaN;
let lastText = '';

/** ISO text of a time in milliseconds; people of one batch share theirs, so the last one is kept. */
export function isoTime(time: number): string {
  if (time !== lastTime) {
    lastText = new Date(time).toISOString();
    lastTime = time;
  }
  return lastText;
}
