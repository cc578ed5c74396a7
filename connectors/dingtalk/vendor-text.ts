/** What can be learnt from DingTalk's sentences, and how they are cleaned before anybody sees them. */

const MAX_LENGTH = 200;

/** Masks e-mail addresses, long numbers (phones, ids) and key names; cuts queries of links; at most 200 characters. */
export function cleaned(text: string): string {
  const masked = text
    // Control characters and marks that turn the direction of writing.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ')
    .replace(/(https?:\/\/[^\s?#"'，。\]]*)[?#][^\s"'，。\]]*/gi, '$1')
    .replace(/[^\s@,;:，；：<>()[\]]+@[^\s@,;:，；：<>()[\]]+/g, '***@***')
    .replace(/\b(appkey|corpid|suitekey|access_?token)\s*[(=:][^\s,)\]]*\)?/gi, '$1(***)')
    .replace(/\+?\d(?:[\d -]{5,}\d)/g, keepDates)
    .trim();
  return Array.from(masked).slice(0, MAX_LENGTH).join('');
}

// Times of limits are worth showing: "2026-01-01 08" is what the pattern of numbers meets of them.
function keepDates(digits: string): string {
  return /^20\d\d-\d\d-\d\d( \d\d)?$/.test(digits) ? digits : '***';
}

/** The address DingTalk saw: "request ip=198.51.100.7 appKey(…)" (answers 60020 and IpNotInWhiteList). */
export function requestIp(text: string): string | undefined {
  return /request ip=([0-9a-fA-F.:]{3,45})/.exec(text)?.[1];
}

/** The missing permission point: "应用尚未开通所需的权限：[qyapi_get_department_list]" or "requiredScopes=[…]". */
export function permissionName(text: string): string | undefined {
  return /\[\s*"?([A-Za-z][A-Za-z0-9_.]{2,80})"?\s*[\],]/.exec(
    text.replace(/\[subcode=[^,]*,/g, ''),
  )?.[1];
}

/** When a limit ends: "限制将在 2026-01-01 08:00:01 结束", China time; milliseconds since 1970. */
export function limitEndsAt(text: string): number | undefined {
  const match = /(?:限制|处罚)将在\s*(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)\s*结束/.exec(
    text,
  );
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const at = Date.UTC(year, month - 1, day, hour - 8, minute, second);
  return Number.isFinite(at) ? at : undefined;
}
