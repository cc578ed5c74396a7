/** Makes ids of Authing's look (24 hex digits) that never repeat, also after a restore. */

export interface IdSource {
  objectId(): string;
  requestId(): string;
  /** How many object ids were made; kept in the snapshot. */
  made(): number;
  /** Goes on after `count` ids. */
  resume(count: number): void;
}

function hex(random: () => number, digits: number): string {
  let text = '';
  while (text.length < digits)
    text += Math.floor(random() * 0x1000000)
      .toString(16)
      .padStart(6, '0');
  return text.slice(0, digits);
}

/** The layout of a BSON ObjectId: seconds, five random bytes, a counter. */
export function createIds(now: () => number, random: () => number): IdSource {
  const process = hex(random, 10);
  let counter = 0;
  return {
    objectId() {
      counter += 1;
      const seconds = Math.floor(now() / 1000) % 0x100000000;
      const count = (counter % 0x1000000).toString(16).padStart(6, '0');
      return seconds.toString(16).padStart(8, '0') + process + count;
    },
    requestId() {
      const digits = hex(random, 30);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
    },
    made: () => counter,
    resume(count) {
      counter = Math.max(counter, count);
    },
  };
}
