/** Subscriptions of events: by API, as the older documents have it, and as the console makes them. */
import { text } from './call.ts';
import type { Call, Endpoint } from './call.ts';
import { EVENT_TYPES } from './book-events.ts';
import type { Callback } from './company.ts';
import { business } from './envelope.ts';
import type { Answer } from './envelope.ts';

/** Names what is wrong with a subscription by the vendor's code, or null. */
export function callbackFault(asked: Omit<Callback, 'receiver'>): string | null {
  if (asked.tags.length === 0) return '400050';
  if (asked.tags.some((tag) => !EVENT_TYPES.includes(tag))) return '71008';
  if (asked.token.length < 3 || asked.token.length >= 64) return '400041';
  if (!/^[A-Za-z0-9]{43}$/.test(asked.aesKey)) return '400040';
  return URL.canParse(asked.url) && /^https?:/.test(asked.url) ? null : '71011';
}

function askedOf(call: Call): Callback {
  const { call_back_tag: tags, token, aes_key: aesKey, url } = call.parameters;
  return {
    url: text(url) ?? '',
    token: text(token) ?? '',
    aesKey: text(aesKey) ?? '',
    tags: Array.isArray(tags) ? tags.map(String) : [],
    // Subscriptions by API are encrypted for the company, those of the console for the app.
    receiver: call.company.corpId,
  };
}

/** What the vendor says of an address that did not answer check_url as it should. */
function codeOfFault(fault: string): string {
  return fault === 'timedout' || fault === 'not reachable' ? '71012' : '71009';
}

function register(needs: 'none' | 'one'): Endpoint {
  return {
    permission: null,
    method: 'POST',
    async answer(call) {
      const { app, switches, events } = call;
      if (switches.callbackRegistration === 'refused') return business('71013');
      if (needs === 'none' && app.callback) return business('71006');
      if (needs === 'one' && !app.callback) return business('71007');
      const asked = askedOf(call);
      const wrong = callbackFault(asked);
      if (wrong) return business(wrong);
      const fault = await events.check(asked);
      if (fault) return business(codeOfFault(fault));
      app.callback = asked;
      return done();
    },
  };
}

const done = (): Answer => ({ kind: 'fields', fields: '' });

const getCallback: Endpoint = {
  permission: null,
  method: 'GET',
  answer({ app }) {
    if (!app.callback) return business('71007');
    const { url, token, aesKey: aes_key, tags: call_back_tag } = app.callback;
    const fields = JSON.stringify({ call_back_tag, token, aes_key, url }).slice(1, -1);
    return { kind: 'fields', fields };
  },
};

const deleteCallback: Endpoint = {
  permission: null,
  method: 'GET',
  answer({ app }) {
    if (!app.callback) return business('71007');
    delete app.callback;
    return done();
  },
};

const failedResult: Endpoint = {
  permission: 'qyapi_base',
  method: 'GET',
  answer: ({ app, events, now }) => ({
    kind: 'fields',
    fields: events.failed.read(app.appKey, now),
  }),
};

export const registrationEndpoints: Record<string, Endpoint> = {
  '/call_back/register_call_back': register('none'),
  '/call_back/update_call_back': register('one'),
  '/call_back/get_call_back': getCallback,
  '/call_back/delete_call_back': deleteCallback,
  '/call_back/get_call_back_failed_result': failedResult,
};
