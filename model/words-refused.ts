/** Words for single objects that the target refuses; all others go on. */
import { entries } from './words-entry.ts';

export const refusedWords = entries({
  DATA_PHONE_TAKEN: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The phone number belongs to the account {holder}, which this connection does not manage.',
      means:
        'Person {object} goes without this number; that account and all others stay as they are.',
      remedy:
        'Remove the number from that account in Authing, or merge the two accounts; the next run gives it to the person.',
    },
    zh: {
      what: '该手机号属于账号 {holder}，而该账号不由本连接管理。',
      means: '成员 {object} 暂不写入此手机号；该账号及其他人保持不变。',
      remedy: '请在 Authing 中解除该账号的手机号或合并两个账号；下次同步会将其写入此人。',
    },
  },
  DATA_EMAIL_TAKEN: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The e-mail address belongs to the account {holder}, which this connection does not manage.',
      means:
        'Person {object} goes without this address; that account and all others stay as they are.',
      remedy:
        'Remove the address from that account in Authing, or merge the two accounts; the next run gives it to the person.',
    },
    zh: {
      what: '该邮箱属于账号 {holder}，而该账号不由本连接管理。',
      means: '成员 {object} 暂不写入此邮箱；该账号及其他人保持不变。',
      remedy: '请在 Authing 中解除该账号的邮箱或合并两个账号；下次同步会将其写入此人。',
    },
  },
  DATA_USERNAME_TAKEN: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The user name belongs to the account {holder}, which this connection does not manage.',
      means:
        'Person {object} goes without it, or was not written if there is no other way to sign in.',
      remedy:
        'Rename that account in Authing, or change the attribute mapping of the user name; then run again.',
    },
    zh: {
      what: '该用户名属于账号 {holder}，而该账号不由本连接管理。',
      means: '成员 {object} 暂不写入此用户名；若没有其他登录方式，则此人未写入。',
      remedy: '请在 Authing 中修改该账号的用户名，或调整用户名的属性映射，然后重新同步。',
    },
  },
  DATA_IDENTIFIER_SHARED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Two people have the same {field} in DingTalk: {object} and {holder}.',
      means: 'Authing allows it once: {holder} has it, {object} goes without it.',
      remedy: 'Correct one of the two in DingTalk; the next run gives each their own.',
    },
    zh: {
      what: '钉钉中有两名成员的 {field} 相同：{object} 与 {holder}。',
      means: 'Authing 只允许使用一次：由 {holder} 使用，{object} 暂不写入。',
      remedy: '请在钉钉中更正其中一人；下次同步会分别写入。',
    },
  },
  DATA_IDENTIFIER_KEPT: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing did not let the {field} of {holder} be erased, who does not have it in DingTalk any more.',
      means: 'Person {object}, who has it now, goes without it; all others go on.',
      remedy: 'Erase it from the account of {holder} in the Authing console; then run again.',
    },
    zh: {
      what: '{holder} 在钉钉中已不再使用该 {field}，但 Authing 不允许清除。',
      means: '现在使用它的成员 {object} 暂不写入此项，其他人不受影响。',
      remedy: '请在 Authing 控制台中从 {holder} 的账号清除该项，然后重新同步。',
    },
  },
  DATA_KEY_TAKEN: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing already has an object with the key of this one, and it is not the same.',
      means: 'It was left as it is; this object was not written, all others go on.',
      remedy:
        'Look at the object in Authing: it may come from an earlier connection. Adopt it, or remove it there.',
    },
    zh: {
      what: 'Authing 中已存在使用同一标识的对象，但内容与之不同。',
      means: '该对象保持原样；本对象未写入，其他对象不受影响。',
      remedy:
        '请在 Authing 中查看该对象：它可能来自之前的连接。您可以认领它，或在 Authing 中将其删除。',
    },
  },
  DATA_NAME_TAKEN: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing refused the department because one with this name or code exists already.',
      means: 'This department was not written; departments and people below it wait for it.',
      remedy: 'Rename one of the two departments.',
    },
    zh: {
      what: 'Authing 因已存在同名或同编码的部门而拒绝写入。',
      means: '该部门未写入，其下的部门和人员需等待它。',
      remedy: '请修改其中一个部门的名称。',
    },
  },
  DATA_IDENTIFIER_TAKEN: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing says that this account exists already, without saying which identifier is meant.',
      means: 'This person was not written; all others go on.',
      remedy:
        'Search Authing for the phone number, e-mail address and user name of this person, also among resigned accounts.',
    },
    zh: {
      what: 'Authing 提示该账号已存在，但未说明是哪一项标识冲突。',
      means: '此人未写入，其他人不受影响。',
      remedy: '请在 Authing 中搜索此人的手机号、邮箱和用户名，包括已离职的账号。',
    },
  },
  DATA_IDENTIFIER_MISSING: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The person has neither phone number nor e-mail address nor user name.',
      means: 'Authing needs one of them; this person was not written, all others go on.',
      remedy:
        'Enter a phone number or an e-mail address in DingTalk, or let user names be generated in the attribute mapping.',
    },
    zh: {
      what: '此人没有手机号、邮箱，也没有用户名。',
      means: 'Authing 至少需要其中一项；此人未写入，其他人不受影响。',
      remedy: '请在钉钉中填写手机号或邮箱，或在属性映射中启用自动生成用户名。',
    },
  },
  DATA_FIELD_REFUSED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing did not accept the value of the field {field}.',
      means: 'This object was not written; all others go on.',
      remedy: 'Correct the value in DingTalk, or change the attribute mapping of this field.',
    },
    zh: {
      what: 'Authing 不接受字段 {field} 的值。',
      means: '该对象未写入，其他对象不受影响。',
      remedy: '请在钉钉中更正该值，或调整该字段的属性映射。',
    },
  },
  DATA_TOO_LARGE: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The values of this object are too large for Authing.',
      means: 'It was not written; all others go on.',
      remedy:
        'Shorten long values in DingTalk, for example remarks, or leave them out of the attribute mapping.',
    },
    zh: {
      what: '该对象的内容超出 Authing 允许的大小。',
      means: '它未写入，其他对象不受影响。',
      remedy: '请在钉钉中缩短过长的内容（例如备注），或在属性映射中去掉该字段。',
    },
  },
  DATA_REFUSED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing refused this object: {vendorMessage} ({vendorCode}).',
      means: 'It was not written; all others go on.',
      remedy:
        'Correct the object in DingTalk or in Authing; if the reason is unclear, give the request id {requestId} to Authing.',
    },
    zh: {
      what: 'Authing 拒绝了该对象：{vendorMessage}（{vendorCode}）。',
      means: '它未写入，其他对象不受影响。',
      remedy:
        '请在钉钉或 Authing 中更正该对象；如果原因不明，请将请求编号 {requestId} 提供给 Authing 支持团队。',
    },
  },
  DATA_PIPELINE_REFUSED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Your own code in Authing (pipeline or custom database) failed for this object.',
      means: 'It may not have been written; all others go on.',
      remedy: 'Look at the log of the pipeline functions in the Authing console.',
    },
    zh: {
      what: '您在 Authing 中配置的自定义代码（Pipeline 或自定义数据库）在处理该对象时失败。',
      means: '它可能未写入，其他对象不受影响。',
      remedy: '请在 Authing 控制台查看 Pipeline 函数日志。',
    },
  },
  DATA_PERSON_GONE: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'The account does not exist in this user pool any more.',
      means: 'It was deleted in Authing; the person is looked at again.',
      remedy:
        'Nothing has to be done. If the account was deleted on purpose, take the person out of the scope.',
    },
    zh: {
      what: '该账号在此用户池中已不存在。',
      means: '它已在 Authing 中被删除，程序会重新核对此人。',
      remedy: '无需任何操作。如果是有意删除，请将此人移出同步范围。',
    },
  },
  DATA_PERSON_LOCKED: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The account is locked in Authing.',
      means: 'This person was not changed; all others go on.',
      remedy: 'Unlock the account in the Authing console.',
    },
    zh: {
      what: '该账号在 Authing 中已被锁定。',
      means: '此人未变更，其他人不受影响。',
      remedy: '请在 Authing 控制台解锁该账号。',
    },
  },
  DATA_DEPARTMENT_GONE: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'A department does not exist in Authing any more.',
      means: 'It was deleted there; it is looked at again.',
      remedy: 'Nothing has to be done; the next reconciliation creates it again.',
    },
    zh: {
      what: '某个部门在 Authing 中已不存在。',
      means: '它已在 Authing 中被删除，程序会重新核对。',
      remedy: '无需任何操作，下次核对时会重新创建。',
    },
  },
  DATA_DEPARTMENT_NOT_EMPTY: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'The department still has departments or people below it in Authing.',
      means: 'It was not deleted; what is in it stays.',
      remedy:
        'Move or remove in Authing what was added there by hand; the department is then removed with the next run.',
    },
    zh: {
      what: '该部门在 Authing 中仍有下级部门或成员。',
      means: '它未被删除，其中的内容保持不变。',
      remedy: '请在 Authing 中移走或删除手工添加的内容，下次同步时会删除该部门。',
    },
  },
  DATA_CYCLE: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'The department would be moved below itself.',
      means: 'It was not moved; the tree at DingTalk probably changed during the read.',
      remedy: 'Nothing has to be done; it is read again.',
    },
    zh: {
      what: '该部门将被移动到自己的下级部门之下。',
      means: '它未被移动；钉钉的部门结构可能在读取期间发生了变化。',
      remedy: '无需任何操作，程序会重新读取。',
    },
  },
  DATA_LAST_DEPARTMENT: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'Authing refused to take a person out of the only department they have.',
      means: 'The membership stays; all others go on.',
      remedy:
        'Put the person into another department in Authing first, or set leavers to be suspended and kept.',
    },
    zh: {
      what: 'Authing 拒绝将人员移出其唯一的部门。',
      means: '该成员关系保持不变，其他人不受影响。',
      remedy: '请先在 Authing 中将此人加入其他部门，或将离职处理方式设为“停用并保留”。',
    },
  },
});
