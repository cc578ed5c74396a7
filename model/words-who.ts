/** Who is who: custom fields, accounts and departments that were there before. */
import { entries } from './words-entry.ts';

export const whoWords = entries({
  CUSTOM_FIELDS_MISSING: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing does not have these custom fields of the mapping: {field}.',
      means: 'They were left out for everybody; all other fields were written.',
      remedy:
        'Define them in the Authing console as text, or set "defineCustomFields" to true in the settings.',
    },
    zh: {
      what: 'Authing 中没有映射所用的自定义字段：{field}。',
      means: '所有成员的这些字段均未写入，其余字段正常写入。',
      remedy:
        '请在 Authing 控制台中创建这些文本类型的字段，或在设置中将 “defineCustomFields” 设为 true。',
    },
  },
});
