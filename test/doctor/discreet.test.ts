/** Whatever a vendor echoes, a diagnosis repeats no secret and nothing of a person. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discreet } from '../../activities/diagnose-discreet.ts';
import type { DiagnosisStep } from '../../model/diagnosis.ts';
import { problem } from '../../model/problem.ts';
import type { ProblemDetail } from '../../model/problem.ts';
import { canariesOf, openPlaces, run, stageOf, withSandbox } from './stage.ts';
import type { Places } from './stage.ts';

let places: Places;
beforeAll(async () => {
  places = await openPlaces();
});
afterAll(() => places.close());

const person = '小红 13800000001 xiaohong feihua-0001';

describe('a diagnosis', () => {
  it('repeats nothing that a vendor echoes, of secrets or of people', async () => {
    await withSandbox(async (sandbox) => {
      const stage = stageOf(sandbox, places);
      const { appSecret, accessKeySecret } = sandbox.addresses;
      const unlimited = { appCallsPerSecond: 0, tokenCallsPerSecond: 0 };
      await stage.control('PUT', '/settings/dingtalk', unlimited);
      const echoes = [
        ...['gettoken', 'oauth2/token', 'auth/scopes', 'department/get'].map((it) => [
          'dingtalk',
          it,
          appSecret,
        ]),
        ...['user/list', 'user/get', 'user/count'].map((it) => ['dingtalk', it, person]),
        ...['get-management-token', 'list-organizations', 'create-department'].map((it) => [
          'authing',
          it,
          accessKeySecret,
        ]),
        ...['create-users-batch', 'update-user-batch'].map((it) => ['authing', it, person]),
      ];
      for (const [side, name, said] of echoes) {
        const words = { message: `有误：${said}` };
        const parameters =
          side === 'dingtalk' ? { code: '77777', ...words } : { statusCode: 403, ...words };
        const kind = side === 'dingtalk' ? 'errcode' : 'statuscode';
        await stage.control('POST', '/faults', { side, kind, interface: name, parameters });
        const text = JSON.stringify(await run(stage));
        expect(text, name).toMatch(/77777|"403"/);
        for (const canary of [...canariesOf(sandbox, stage), 'feihua-0001']) {
          expect(text, `${name}: ${canary}`).not.toContain(canary);
        }
        await stage.control('DELETE', '/faults');
      }
    });
  });

  const secrets = {
    appSecret: 'Canary/Secret=1',
    accessKeySecret: 'canary-key',
    sourceProxy: 'http://user:p%40ss@10.0.0.5:3128',
  };
  const spoken = (detail: ProblemDetail): ProblemDetail | undefined => {
    const made = problem('SOURCE_UNKNOWN_REPLY', detail);
    const step: DiagnosisStep = {
      ...{ side: 'source', name: 'scope', status: 'failed', ms: 1, facts: {}, problem: made },
    };
    return discreet([step], secrets)[0]?.problem?.detail;
  };

  it('knows a secret as a link holds it, in any case, and a proxy’s password as it was meant', () => {
    for (const echoed of ['CANARY/SECRET=1', 'a=Canary%2FSecret%3D1&', 'p@ss', 'p%40ss']) {
      expect(spoken({ vendorMessage: `wrong: ${echoed}` })).toEqual({ vendorMessage: '…' });
    }
    const named = spoken({ vendorCode: 'canary-key', requestId: 'x canary-key' });
    expect(named).toEqual({ vendorCode: '…', requestId: '…' });
  });

  it('leaves out a person’s id, and what is said of them whatever was called', () => {
    const object = { kind: 'person' as const, id: 'feihua-0001' };
    expect(spoken({ object, vendorMessage: '小红' })).toEqual({ vendorMessage: '…' });
    const department = { kind: 'department' as const, id: '300000001' };
    expect(spoken({ object: department })).toEqual({ object: department });
  });

  it('keeps the vendor’s words where they hold nothing of that', () => {
    const plain = { vendorCode: '60020', vendorMessage: '访问ip不在白名单之中', requestId: 'r-1' };
    expect(spoken({ ...plain, interface: 'auth/scopes' })).toMatchObject(plain);
    // The proxy's user is no secret, and a short password is no reason to lose a code.
    expect(spoken({ vendorMessage: 'user unknown', vendorCode: 'p@ss-1' })).toEqual({
      ...{ vendorMessage: 'user unknown', vendorCode: 'p@ss-1' },
    });
  });
});
