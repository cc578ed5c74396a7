/** Words of problems that only a diagnosis finds. */
import { entries } from './words-entry.ts';

export const diagnosisWords = entries({
  SOURCE_SCOPE_NARROW: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The DingTalk app may see a part of the company only.',
      means: 'Only that part is imported; people outside of it are never taken for leavers.',
      remedy: 'If the whole company is meant, set the app’s address book scope to all employees.',
    },
    zh: {
      what: '该钉钉应用只能看到公司的一部分。',
      means: '只会导入可见部分；范围之外的成员不会被当作离职。',
      remedy: '如需导入全公司，请将应用的通讯录权限范围设置为“全部员工”。',
    },
  },
  SOURCE_FIELD_MOBILE_ABSENT: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk’s replies come without mobile numbers.',
      means: 'People would be imported without a phone; matching by mobile cannot work.',
      remedy:
        'In the DingTalk developer console, under permissions, apply for 企业员工手机号信息, then run the diagnosis again.',
    },
    zh: {
      what: '钉钉返回的数据中没有手机号。',
      means: '导入的成员将没有手机号，按手机号匹配也无法生效。',
      remedy: '请在钉钉开发者后台的权限管理中申请“企业员工手机号信息”，然后重新诊断。',
    },
  },
  SOURCE_FIELD_EMAIL_ABSENT: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk’s replies come without e-mail addresses.',
      means: 'People would be imported without an e-mail; matching by e-mail cannot work.',
      remedy:
        'In the DingTalk developer console, under permissions, apply for 邮箱等个人信息; if nobody has an address, nothing is wrong.',
    },
    zh: {
      what: '钉钉返回的数据中没有邮箱。',
      means: '导入的成员将没有邮箱，按邮箱匹配也无法生效。',
      remedy:
        '请在钉钉开发者后台的权限管理中申请“邮箱等个人信息”；如果成员本来就没有邮箱，则无需处理。',
    },
  },
  SOURCE_FIELDS_ABSENT: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk’s replies come without mobile numbers and without e-mail addresses.',
      means:
        'People would be imported with a username alone; matching by mobile or e-mail cannot work.',
      remedy:
        'In the DingTalk developer console, under permissions, apply for 企业员工手机号信息 and 邮箱等个人信息, then run the diagnosis again.',
    },
    zh: {
      what: '钉钉返回的数据中既没有手机号，也没有邮箱。',
      means: '导入的成员将只有用户名，按手机号或邮箱匹配均无法生效。',
      remedy:
        '请在钉钉开发者后台的权限管理中申请“企业员工手机号信息”和“邮箱等个人信息”，然后重新诊断。',
    },
  },
  SOURCE_NO_PEOPLE_SEEN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'No person was found in the departments that were looked at.',
      means: 'Whether names, phones and e-mails arrive could not be checked.',
      remedy:
        'If the company has people, check the app’s address book scope; else nothing is wrong.',
    },
    zh: {
      what: '在已查看的部门中没有找到任何成员。',
      means: '无法检查姓名、手机号和邮箱是否可以读取。',
      remedy: '如果公司确有成员，请检查应用的通讯录权限范围；否则无需处理。',
    },
  },
  SOURCE_COMPANY_EMPTY: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk counts nobody in this company.',
      means: 'An import would bring departments only.',
      remedy: 'Check that CorpId and AppKey belong to the company you mean.',
    },
    zh: {
      what: '钉钉统计该公司没有任何成员。',
      means: '导入时只会有部门。',
      remedy: '请确认 CorpId 和 AppKey 属于您要同步的公司。',
    },
  },
  SOURCE_COUNT_DIFFERS: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk counts another number of people than the app can see.',
      means: 'Some people are in no visible department, and would not be imported.',
      remedy:
        'Compare both numbers with the DingTalk admin console; look for hidden departments and check the app’s address book scope.',
    },
    zh: {
      what: '钉钉统计的成员数与应用可见的成员数不一致。',
      means: '部分成员不在任何可见部门中，将不会被导入。',
      remedy: '请与钉钉管理后台中的人数对比，检查是否有隐藏部门，并检查应用的通讯录权限范围。',
    },
  },
  TARGET_PROBE_ACCEPTED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing accepted a write that it should have refused.',
      means: 'The key may write, but the diagnosis left something named {field} behind.',
      remedy: 'Search the user pool for {field}, delete it, and tell us about this pool.',
    },
    zh: {
      what: 'Authing 接受了一次本应拒绝的写入。',
      means: '该密钥可以写入，但诊断留下了名为 {field} 的数据。',
      remedy: '请在用户池中搜索 {field} 并删除，并将此情况反馈给我们。',
    },
  },
  TARGET_WRITE_NOT_PROVED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Whether the key may write could not be proved without leaving something behind.',
      means: 'The first import shows it; a missing right ends it before anything else happens.',
      remedy: 'Use the user pool’s own key, or a key with rights on users and organisations.',
    },
    zh: {
      what: '在不留下数据的前提下，无法证明该密钥具有写入权限。',
      means: '首次导入时即可看出；如权限不足，导入会立即停止。',
      remedy: '请使用用户池自身的密钥，或具有用户与组织机构权限的密钥。',
    },
  },
});
