/** Words of doubts about a whole read of the source: what does not fit, and where. */
import { entries } from './words-entry.ts';

const nothing = {
  en: 'The read was not complete: nothing is planned for removal. What was read was imported.',
  zh: '本次读取不完整：不会计划任何移除；已读取的数据照常导入。',
};

export const readingWords = entries({
  DEPARTMENT_NAME_MISSING: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'A department has no name in DingTalk.',
      means:
        'It keeps the name it has in Authing; a new one is made under its id. Its people and all below it arrive.',
      remedy: 'Enter a name in the DingTalk address book; the next run takes it.',
    },
    zh: {
      what: '该部门在钉钉中没有名称。',
      means: '该部门保留其在 Authing 中的名称，新部门以其 ID 命名；其成员和下级部门照常导入。',
      remedy: '请在钉钉通讯录中填写部门名称，下次同步会自动处理。',
    },
  },
  READ_SCOPE_CHANGED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The address-book scope of the DingTalk app was another at the end than at the beginning.',
      means: nothing.en,
      remedy: 'Set the scope of the app in the DingTalk developer console, then run again.',
    },
    zh: {
      what: '钉钉应用的通讯录权限范围在读取开始与结束时不一致。',
      means: nothing.zh,
      remedy: '请在钉钉开发者后台确认应用的权限范围，然后重新同步。',
    },
  },
  READ_EMPTY: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'DingTalk returned nobody at all, although people were imported before (department {object}).',
      means: nothing.en,
      remedy: 'Check the scope and the permissions of the app in DingTalk, then run again.',
    },
    zh: {
      what: '钉钉未返回任何成员，但此前已导入过成员（部门 {object}）。',
      means: nothing.zh,
      remedy: '请检查钉钉应用的权限范围和接口权限，然后重新同步。',
    },
  },
  READ_SHRUNK: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'More than half is missing: {found} objects were read, {expected} are known (department {object}).',
      means: nothing.en,
      remedy:
        'Check the scope of the app in DingTalk, and whether so many really left; then run again.',
    },
    zh: {
      what: '超过一半的数据缺失：读取到 {found} 个对象，已知 {expected} 个（部门 {object}）。',
      means: nothing.zh,
      remedy: '请检查钉钉应用的权限范围，并确认是否确有大量离开，然后重新同步。',
    },
  },
  READ_COUNT_DIFFERS: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'DingTalk counts {expected} people in the company, {found} were read; look at department {object}.',
      means: nothing.en,
      remedy: 'Run again later. If it stays, compare this department with the DingTalk console.',
    },
    zh: {
      what: '钉钉统计企业共有 {expected} 人，实际读取 {found} 人；请查看部门 {object}。',
      means: nothing.zh,
      remedy: '请稍后重新同步；如仍出现，请将该部门与钉钉管理后台核对。',
    },
  },
  READ_LIST_CONTRADICTS: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'DingTalk’s two lists of the members of department {object} contradict each other.',
      means: nothing.en,
      remedy: 'Run again later. If it stays, compare this department with the DingTalk console.',
    },
    zh: {
      what: '钉钉返回的部门 {object} 的两份成员列表相互矛盾。',
      means: nothing.zh,
      remedy: '请稍后重新同步；如仍出现，请将该部门与钉钉管理后台核对。',
    },
  },
});
