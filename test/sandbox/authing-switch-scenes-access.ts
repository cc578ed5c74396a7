/** What each switch over credentials, queries and envelopes changes. */
import { outcomeOf, request, tokenOf } from './authing-desk.ts';
import type { Envelope } from '../../sandbox/authing/envelope.ts';
import type { Desk } from './authing-desk.ts';
import type { Scenes } from './authing-switch-scenes-departments.ts';
import { addPerson } from './authing-switch-scenes-departments.ts';
import { DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';

const list = (at: Desk, headers: Record<string, string>): string =>
  outcomeOf(at.authing.handle(request('GET', 'list-organizations', {}, headers)));

export const accessScenes: Scenes<
  | 'commaArrays'
  | 'throttle'
  | 'bearer'
  | 'poolHeader'
  | 'badToken'
  | 'tokens'
  | 'signatureStatus'
  | 'requestIdOnSuccess'
> = {
  commaArrays: {
    seen(at) {
      const ids = ['a', 'b'].map((username) => addPerson(at, { username }).userId as string);
      const headers = { authorization: tokenOf(at.authing) };
      const found = (query: string): number => {
        const params = new URLSearchParams(query);
        const reply = at.authing.handle(request('GET', 'get-user-batch', params, headers));
        return ((reply.body as Envelope).data as unknown[]).length;
      };
      return [
        found(`userIds[]=${ids[0]}&userIds[]=${ids[1]}`),
        found(`userIds=${ids[0]}&userIds=${ids[1]}`),
        found(`userIds=${ids[0]}`),
        found(`userIds=${ids.join()}`),
      ];
    },
    outcomes: { refused: [2, 2, 1, 0], accepted: [2, 2, 1, 2] },
  },
  throttle: {
    seen(at) {
      const headers = { authorization: tokenOf(at.authing) };
      at.authing.configure({ callsPerSecond: 1 });
      return [list(at, headers), list(at, headers)];
    },
    outcomes: { body: ['200: 200', '200: 429'], http: ['200: 200', '429: 429'] },
  },
  bearer: {
    seen(at) {
      const token = tokenOf(at.authing);
      return [list(at, { authorization: token }), list(at, { authorization: `Bearer ${token}` })];
    },
    outcomes: {
      optional: ['200: 200', '200: 200'],
      required: ['200: 401/2020', '200: 200'],
      refused: ['200: 200', '200: 401/2020'],
    },
  },
  poolHeader: {
    seen(at) {
      const authorization = tokenOf(at.authing);
      const named = { authorization, 'x-authing-userpool-id': DEFAULT_POOL.id };
      return [list(at, { authorization }), list(at, named)];
    },
    outcomes: { optional: ['200: 200', '200: 200'], required: ['200: 400', '200: 200'] },
  },
  badToken: {
    seen: (at) => list(at, { authorization: 'nonsense' }),
    outcomes: { body: '200: 401/2020', http: '401: 401/2020' },
  },
  tokens: {
    seen(at) {
      const [first, second] = [tokenOf(at.authing), tokenOf(at.authing)];
      return [list(at, { authorization: first }), list(at, { authorization: second })];
    },
    outcomes: {
      several: ['200: 200', '200: 200'],
      newest: ['200: 401/2020', '200: 200'],
    },
  },
  signatureStatus: {
    seen: (at) => list(at, { authorization: `authing ${DEFAULT_POOL.id}:x` }),
    outcomes: { 401: '200: 401/1301', 400: '200: 400/1301', 499: '200: 499/1301' },
  },
  requestIdOnSuccess: {
    seen: (at) => 'requestId' in at.authing.byHand('list-organizations', {}),
    outcomes: { no: false, yes: true },
  },
};
