/** The new interface's list of people who left; it keeps those who came back, as the real one does. */
import { wholeNumber } from './call.ts';
import type { Call, Endpoint } from './call.ts';
import type { Answer } from './envelope.ts';

const invalid = (message: string): Answer => ({
  kind: 'new',
  status: 400,
  code: 'invalidParameter.parameters',
  message,
});

/** Milliseconds of a time like 2026-01-02T03:04:05Z, or null. */
function time(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

const empLeaveRecords: Endpoint = {
  permission: 'Contact.Common.Read',
  method: 'GET',
  answer(call: Call) {
    const { startTime, endTime, nextToken, maxResults } = call.parameters;
    const from = time(startTime);
    const until = endTime === undefined ? call.now : time(endTime);
    if (from === null || until === null) return invalid('startTime or endTime is no time');
    if (until - from > 365 * 86_400_000) return invalid('the span is longer than 365 days');
    const most = wholeNumber(maxResults);
    if (!most || most < 1 || most > 50) return invalid('maxResults is from 1 to 50');
    const offset = wholeNumber(nextToken) ?? 0;
    const all = call.company.leavers.filter((each) => each.leftAt >= from && each.leftAt <= until);
    const page = all.slice(offset, offset + most);
    const next = offset + page.length < all.length ? String(offset + page.length) : undefined;
    const records = page.map((each) => ({
      userId: each.userid,
      name: each.name,
      ...(call.app.fields.mobile ? { stateCode: each.stateCode, mobile: each.mobile } : {}),
      leaveTime: new Date(each.leftAt).toISOString(),
      leaveReason: each.reason,
    }));
    return { kind: 'plain', body: JSON.stringify({ nextToken: next, records }) };
  },
};

export const newEndpoints: Record<string, Endpoint> = {
  '/v1.0/contact/empLeaveRecords': empLeaveRecords,
};
