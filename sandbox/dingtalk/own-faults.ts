/** Faults in DingTalk's own shapes: what a throttle, a ban, a lost permission or a short list looks like. */
import type { OwnFault } from '../exchange.ts';
import type { App } from './company.ts';
import type { Core } from './core.ts';
import { banReply, business, toReply } from './envelope.ts';
import { hostOf, observedAddress, throttled, tokenValue } from './gateway.ts';
import { respond } from './respond.ts';

/** The parameter as a list of texts, or the fallback. */
function texts(value: unknown, fallback: string[]): string[] {
  return Array.isArray(value) ? value.map(String) : fallback;
}

/** Without a `permissions` list all points are lost; "mobile" and "email" name the field permissions. */
function withoutPermissions(app: App, lost: string[] | null): App {
  return {
    ...app,
    permissions: lost ? app.permissions.filter((each) => !lost.includes(each)) : [],
    fields: {
      mobile: app.fields.mobile && !lost?.includes('mobile'),
      email: app.fields.email && !lost?.includes('email'),
    },
  };
}

export function ownFaults(core: Core): Record<string, OwnFault> {
  const spoiled =
    (spoil: 'empty-list' | 'missing-page' | 'early-end'): OwnFault =>
    (request) =>
      respond(core, request, { spoil });
  return {
    'empty-list': spoiled('empty-list'),
    'missing-page': spoiled('missing-page'),
    'early-end': spoiled('early-end'),

    throttle(request, { code }) {
      const asked = { host: hostOf(request), appKey: 'app', path: request.path, perSecond: 20 };
      const name = code === '90002' || code === 90002 ? '90002' : '90018';
      return toReply(throttled(name, asked, core.switches, core.clock.now()), core.switches);
    },

    ban(request, { ms }) {
      const time = typeof ms === 'number' ? ms : Number(core.switches.banSeconds) * 1000;
      core.limits.ban(observedAddress(request), core.clock.now(), time);
      return banReply(core.switches);
    },

    'revoked-token'(request) {
      const value = tokenValue(request, hostOf(request));
      if (value) core.tokens.revoke(value);
      return respond(core, request, {});
    },

    'lost-permission'(request, { permissions }) {
      const lost = permissions === undefined ? null : texts(permissions, []);
      return respond(core, request, { app: (app) => withoutPermissions(app, lost) });
    },

    'narrowed-scope'(request, { departments, people }) {
      const scope = {
        departments: texts(departments, []).map(Number),
        people: texts(people, []),
      };
      return respond(core, request, { app: (app) => ({ ...app, scope }) });
    },

    /** Any code of the vendor: `{"code":"-1"}`, or wrapped in 88 with `{"code":"15","wrapped":true}`. */
    errcode(_request, { code, message, wrapped }) {
      const name = typeof code === 'number' || typeof code === 'string' ? String(code) : '-1';
      if (!wrapped && message === undefined) return toReply(business(name), core.switches);
      const words = typeof message === 'string' ? message : '系统繁忙';
      if (wrapped) return toReply({ kind: 'gateway', code: name, message: words }, core.switches);
      return { body: { errcode: Number(name), errmsg: words }, code: name };
    },
  };
}
