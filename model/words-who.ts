/** Who is who: custom fields, accounts and departments that were there before. */
import { entries } from './words-entry.ts';

const left = {
  en: 'The person was not written, so that nobody gets somebody else’s account; everybody else goes on.',
  zh: '为避免误用他人账号，未写入该成员，其他成员不受影响。',
};

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
  CORRELATION_SEVERAL: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Several accounts of Authing fit this person (by {field}).',
      means: left.en,
      remedy: 'Merge them, or correct the values so that one fits; the next run takes it.',
    },
    zh: {
      what: 'Authing 中有多个账号与该成员匹配（依据 {field}）。',
      means: left.zh,
      remedy: '请合并这些账号，或修正字段，使其只与一个账号匹配；下次同步会自动处理。',
    },
  },
  CORRELATION_SHARED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'An account of Authing fits several people of DingTalk (by {field}).',
      means: left.en,
      remedy: 'Correct the value in DingTalk so that one person has it; the next run takes it.',
    },
    zh: {
      what: 'Authing 中的一个账号与钉钉中的多个成员匹配（依据 {field}）。',
      means: left.zh,
      remedy: '请在钉钉中修正该字段，使其只属于一个成员；下次同步会自动处理。',
    },
  },
  CORRELATION_LINKED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The account of Authing that fits this person (by {field}) belongs to another person of DingTalk.',
      means: left.en,
      remedy: 'Find out whose the value is, and correct it in DingTalk or in Authing.',
    },
    zh: {
      what: '与该成员匹配的 Authing 账号（依据 {field}）已属于钉钉中的另一成员。',
      means: left.zh,
      remedy: '请确认该字段值属于谁，并在钉钉或 Authing 中修正。',
    },
  },
  CORRELATION_ELSEWHERE: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The account of Authing that fits this person (by {field}) belongs to connection {connection}.',
      means: left.en,
      remedy:
        'Decide which of the two companies keeps the account, and take the person out of the scope of the other.',
    },
    zh: {
      what: '与该成员匹配的 Authing 账号（依据 {field}）属于连接 {connection}。',
      means: left.zh,
      remedy: '请确定由哪个企业管理该账号，并在另一连接的范围中排除该成员。',
    },
  },
  CORRELATION_FOREIGN_KEY: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The account of Authing that fits this person (by {field}) bears another system’s external id.',
      means: left.en,
      remedy:
        'If the other system does not need it any more, take the external id off the account; the next run takes it over.',
    },
    zh: {
      what: '与该成员匹配的 Authing 账号（依据 {field}）带有其他系统的外部 ID。',
      means: left.zh,
      remedy: '如其他系统不再需要，请清除该账号的外部 ID；下次同步会接管该账号。',
    },
  },
  CORRELATION_INACTIVE: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The account of Authing that fits this person (by {field}) is not active.',
      means: left.en,
      remedy: 'Activate the account if it is this person’s, or take the value off it.',
    },
    zh: {
      what: '与该成员匹配的 Authing 账号（依据 {field}）不是启用状态。',
      means: left.zh,
      remedy: '如账号属于该成员，请启用它；否则请清除其中的该字段值。',
    },
  },
  DEPARTMENT_SEVERAL: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing has several departments of this name at this place.',
      means: 'None was taken over, and none was made; what is below it waits.',
      remedy: 'Rename or merge them so that one is left; the next run takes it over.',
    },
    zh: {
      what: 'Authing 中同一位置有多个同名部门。',
      means: '未接管其中任何一个，也未新建；其下级暂未同步。',
      remedy: '请重命名或合并，只保留一个；下次同步会接管它。',
    },
  },
  DEPARTMENT_ELSEWHERE: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The department of this name at this place belongs to connection {connection}.',
      means: 'It was not taken over, and no other was made; what is below it waits.',
      remedy:
        'Give the two companies organisations of their own, or rename one of the departments.',
    },
    zh: {
      what: '该位置的同名部门属于连接 {connection}。',
      means: '未接管该部门，也未新建；其下级暂未同步。',
      remedy: '请为两个企业使用各自的组织机构，或重命名其中一个部门。',
    },
  },
  DEPARTMENT_FOREIGN_KEY: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The department of this name at this place has an id or a code of its own.',
      means: 'It may be another system’s: it was not taken over, and no other was made.',
      remedy:
        'Take the code off if nobody needs it, or rename the department; the next run goes on.',
    },
    zh: {
      what: '该位置的同名部门已有自定义 ID 或编码。',
      means: '它可能属于其他系统：未接管，也未新建。',
      remedy: '如不再需要，请清除其编码，或重命名该部门；下次同步会继续。',
    },
  },
});
