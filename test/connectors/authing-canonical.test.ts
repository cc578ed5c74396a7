/** What Authing stores for what we send: comparing both sides in this form must not differ for ever. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonical, shows, tidy } from '../../connectors/authing/canonical.ts';
import { sandboxAuthing } from './authing-sandbox.ts';
import type { PersonFields } from '../../model/directory.ts';

it('blanks go, the e-mail address is in lower case, empty values are left out, the user name is kept', () => {
  const given = {
    name: ' Ada ',
    nickname: '  ',
    username: 'AdaLin',
    email: ' Ada@Northwind.Example ',
    phone: '13800000007',
    custom: { a: ' x ', b: '', c: 0, d: false },
  };
  expect(tidy(given)).toEqual({
    name: 'Ada',
    username: 'AdaLin',
    email: 'ada@northwind.example',
    phone: '13800000007',
    custom: { a: 'x', c: 0, d: false },
  });
});

it('a phone number without a country is Chinese, and a country without a phone number is nothing', () => {
  expect(canonical({ phone: '13800000007' })).toEqual(
    canonical({ phone: '13800000007', phoneCountryCode: '+86' }),
  );
  expect(canonical({ phone: '5550100', phoneCountryCode: '+1' }).phoneCountryCode).toBe('+1');
  expect(canonical({ name: 'Ada', phoneCountryCode: '+1' })).toEqual({ name: 'Ada' });
});

it('a part of the fields gets nothing added, so that a new number does not change the country', () => {
  expect(tidy({ phone: '5550101' })).toEqual({ phone: '5550101' });
});

it('custom values whose field is not defined cannot be wanted', () => {
  const wanted = { name: 'Ada', custom: { a: '1', b: '2' } };
  expect(canonical(wanted, new Set(['b']))).toEqual({ name: 'Ada', custom: { b: '2' } });
  expect(canonical(wanted, new Set())).toEqual({ name: 'Ada' });
});

it('what shows a change: the fields sent, in whatever form they are stored', () => {
  expect(shows({ email: 'ada@x.example', name: 'Ada' }, { email: 'ADA@x.example' })).toBe(true);
  expect(
    shows({ phone: '1380', custom: { level: '4' } }, { phone: '1380', custom: { level: 4 } }),
  ).toBe(true);
  expect(shows({ phone: '1380' }, { phone: '1380', phoneCountryCode: '+86' })).toBe(true);
  expect(shows({ name: 'Ada' }, { name: 'Eve' })).toBe(false);
  expect(shows({ name: 'Ada' }, { name: 'Ada', custom: { level: 4 } })).toBe(false);
  expect(shows({ phone: '1380', phoneCountryCode: '+1' }, { phoneCountryCode: '+86' })).toBe(false);
});

const text = fc.string({ maxLength: 12 });
const fields: fc.Arbitrary<PersonFields> = fc.record(
  {
    name: text,
    nickname: text,
    username: text,
    phone: text,
    phoneCountryCode: text,
    email: text,
    custom: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(text, fc.integer(), fc.boolean())),
  },
  { requiredKeys: [] },
);

it('doing it twice changes nothing, and what is stored shows what was sent', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const once = canonical(given);
      expect(canonical(once)).toEqual(once);
      expect(shows(once, once)).toBe(true);
    }),
  );
});

it('agrees with the sandbox: what is read back is what was wanted', async () => {
  const sandbox = await sandboxAuthing();
  sandbox.fresh();
  const { reader, writer } = sandbox.connect();
  const wanted: PersonFields = {
    name: ' 林 Ada ',
    username: 'AdaLin',
    email: 'Ada@Northwind.Example',
    phone: '13800000007',
    address: 'Road 1',
  };
  await writer.createPeople([{ key: 'corp:1', fields: wanted, departmentIds: [] }]);
  const [read] = await reader.people(['corp:1'], 'external_id');
  const { photo: _default, ...stored } = canonical(read?.fields ?? {});
  expect(stored).toEqual(canonical(wanted));
  await sandbox.close();
});
