/** Words of problems that a run itself finds: records, held removals, the store, this installation. */
import { entries } from './words-entry.ts';

export const runWords = entries({
  DATA_NAME_MISSING: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'A person has no name in DingTalk.',
      means: 'This person was left as they are; everybody else goes on.',
      remedy: 'Enter a name in the DingTalk address book; the next run takes it.',
    },
    zh: {
      what: '该成员在钉钉中没有姓名。',
      means: '该成员保持原样，其他成员不受影响。',
      remedy: '请在钉钉通讯录中填写姓名，下次同步会自动处理。',
    },
  },
  DATA_RECORD_UNREADABLE: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'DingTalk sent a record of a person that cannot be understood.',
      means: 'This person was left as they are; everybody else goes on.',
      remedy: 'Open and save the person in DingTalk; if it stays, report the id.',
    },
    zh: {
      what: '钉钉返回的某条成员数据无法识别。',
      means: '该成员保持原样，其他成员不受影响。',
      remedy: '请在钉钉中打开并重新保存该成员；如仍出现，请反馈其 ID。',
    },
  },
  DATA_CYCLE_AT_SOURCE: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'A department appears at two places of the DingTalk tree in one read.',
      means: 'It was probably moved while it was read; it was left where it is.',
      remedy: 'Nothing, if it was just moved: the next run takes the new place.',
    },
    zh: {
      what: '一次读取中，某部门出现在钉钉组织架构的两个位置。',
      means: '该部门可能在读取过程中被移动，本次保持原位置。',
      remedy: '如果刚刚移动过该部门，无需处理，下次同步会采用新位置。',
    },
  },
  DATA_PARENT_MISSING: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'The department above this one does not exist in Authing.',
      means: 'The department and everything below it could not be created.',
      remedy: 'See the problem of the department above; when it is solved, this one follows.',
    },
    zh: {
      what: '上级部门在 Authing 中不存在。',
      means: '该部门及其下级无法创建。',
      remedy: '请先处理上级部门的问题，解决后本部门会自动同步。',
    },
  },
  DATA_NO_DEPARTMENT: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'None of the departments of this person could be created in Authing.',
      means: 'The person was left as they are, so that nobody ends up outside the organisation.',
      remedy: 'See the problems of the departments; the next run takes the person.',
    },
    zh: {
      what: '该成员所在的部门均未能在 Authing 中创建。',
      means: '为避免成员脱离组织，该成员保持原样。',
      remedy: '请先处理相关部门的问题，下次同步会自动处理该成员。',
    },
  },
  REMOVAL_HELD: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'This object was not found in DingTalk any more.',
      means: 'It would be removed; removals are held, nothing was taken away.',
      remedy: 'Check that it really left; removals are not carried out by this version.',
    },
    zh: {
      what: '在钉钉中已找不到该对象。',
      means: '本应移除；移除操作已被拦截，未做任何删除。',
      remedy: '请确认其确已离开；当前版本不会执行移除。',
    },
  },
  SCOPE_LEFT_HELD: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'This object is not in the scope of the connection any more.',
      means: 'It would be removed; removals are held, nothing was taken away.',
      remedy:
        'Put its department into the scope again if that was not meant; removals are not carried out by this version.',
    },
    zh: {
      what: '该对象已不在此连接的同步范围内。',
      means: '本应移除；移除操作已被拦截，未做任何删除。',
      remedy: '如非本意，请将其所在部门重新纳入同步范围；当前版本不会执行移除。',
    },
  },
  SCOPE_DEPARTMENT_UNKNOWN: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'A department of the connection’s scope does not exist in DingTalk.',
      means: 'It takes nobody in; all other departments of the scope were imported.',
      remedy: 'Correct the department’s id in the scope of the connection, or take it out.',
    },
    zh: {
      what: '同步范围中的某个部门在钉钉中不存在。',
      means: '该部门不会带入任何成员；范围内的其他部门已正常导入。',
      remedy: '请在连接的同步范围中更正该部门 ID，或将其移除。',
    },
  },
  SCOPE_EMPTY: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'What the app may see and the scope of the connection have nothing in common.',
      means: 'Nothing was read or written.',
      remedy:
        'Widen the app’s scope in the DingTalk developer console, or correct the scope of the connection.',
    },
    zh: {
      what: '应用的权限范围与此连接的同步范围没有交集。',
      means: '未读取或写入任何数据。',
      remedy: '请在钉钉开发者后台扩大应用的权限范围，或更正连接的同步范围。',
    },
  },
  BRANCH_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The department to import does not exist in DingTalk.',
      means: 'Nothing was read or written.',
      remedy: 'Use the id of a department of this company.',
    },
    zh: {
      what: '要导入的部门在钉钉中不存在。',
      means: '未读取或写入任何数据。',
      remedy: '请使用该企业中实际存在的部门 ID。',
    },
  },
  BRANCH_OUT_OF_SCOPE: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The department to import is not in scope: of the app, or of the connection.',
      means: 'Nothing was read or written.',
      remedy:
        'Put it into the app’s scope in the DingTalk developer console and into the scope of the connection.',
    },
    zh: {
      what: '要导入的部门不在应用的权限范围或此连接的同步范围内。',
      means: '未读取或写入任何数据。',
      remedy: '请在钉钉开发者后台将其加入应用的权限范围，并加入连接的同步范围。',
    },
  },
  MEMBERSHIP_HELD: {
    kind: 'data',
    who: 'administrator',
    en: {
      what: 'This person left a department in DingTalk.',
      means: 'The new departments were added; leaving the old one is held.',
      remedy: 'Nothing for now; leaving departments is not carried out by this version.',
    },
    zh: {
      what: '该成员在钉钉中离开了某个部门。',
      means: '新部门已加入；退出原部门的操作已被拦截。',
      remedy: '暂无需处理；当前版本不会执行退出部门。',
    },
  },
  TARGET_DIFFERS: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'After writing, Authing still shows something else than it should.',
      means: 'The object is not equal to DingTalk; it was written twice and compared twice.',
      remedy: 'Look whether another system or person changes it in Authing; then run again.',
    },
    zh: {
      what: '写入后，Authing 中的数据仍与预期不一致。',
      means: '该对象与钉钉不一致；已重写并复核。',
      remedy: '请检查是否有其他系统或人员在 Authing 中修改它，然后重新同步。',
    },
  },
  RUN_SUPERSEDED: {
    kind: 'config',
    who: 'ourselves',
    en: {
      what: 'A newer execution has taken this run over.',
      means: 'This older one stopped without writing; the newer one goes on.',
      remedy: 'Nothing; look at the newer execution in Temporal.',
    },
    zh: {
      what: '本次同步已由新的执行接管。',
      means: '旧的执行已停止，不再写入；新的执行继续进行。',
      remedy: '无需处理，可在 Temporal 中查看新的执行。',
    },
  },
  SOURCE_NOTHING_VISIBLE: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The DingTalk app may see no department at all.',
      means: 'There is nothing to import; nothing was changed.',
      remedy:
        'In the DingTalk developer console set the app’s address book scope to all employees.',
    },
    zh: {
      what: '该钉钉应用看不到任何部门。',
      means: '没有可导入的数据，未做任何修改。',
      remedy: '请在钉钉开发者后台将应用的通讯录权限范围设置为“全部员工”。',
    },
  },
  STORE_UNAVAILABLE: {
    kind: 'transient',
    who: 'operator',
    en: {
      what: 'The database does not answer.',
      means: 'The run waits and goes on by itself when the database is back.',
      remedy: 'Check that MongoDB runs and that its address in the settings is right.',
    },
    zh: {
      what: '数据库没有响应。',
      means: '同步会等待，数据库恢复后自动继续。',
      remedy: '请检查 MongoDB 是否正在运行，以及配置中的地址是否正确。',
    },
  },
  SECRET_UNREADABLE: {
    kind: 'config',
    who: 'operator',
    en: {
      what: 'A stored secret cannot be opened with this installation’s master key.',
      means: 'The key was replaced, or the stored data was altered; nothing is read with it.',
      remedy: 'Restore the master key that belongs to this database, or enter the secrets again.',
    },
    zh: {
      what: '无法用当前主密钥解开已保存的密钥数据。',
      means: '主密钥已更换，或数据被改动；不会使用该数据。',
      remedy: '请恢复与此数据库对应的主密钥，或重新填写密钥。',
    },
  },
  CONNECTION_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'There is no connection with this id.',
      means: 'Nothing was done.',
      remedy: 'List the connections and use one of their ids.',
    },
    zh: {
      what: '没有此 ID 的连接。',
      means: '未做任何操作。',
      remedy: '请查看连接列表，使用其中的 ID。',
    },
  },
  CONNECTION_EXISTS: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'A connection with this id exists already.',
      means: 'It was not changed.',
      remedy: 'Choose another id, or change the existing connection.',
    },
    zh: {
      what: '已存在相同 ID 的连接。',
      means: '原连接未做修改。',
      remedy: '请换一个 ID，或修改已有的连接。',
    },
  },
  RUN_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'There is no run with this id.',
      means: 'It never existed, or its time in the history is over.',
      remedy: 'List the runs and use one of their ids.',
    },
    zh: {
      what: '没有此编号的同步记录。',
      means: '该记录不存在，或已超过保留期限。',
      remedy: '请查看同步记录列表，使用其中的编号。',
    },
  },
  EVENT_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'There is no event with this id.',
      means: 'It never arrived, or its time in the history is over.',
      remedy: 'List the events and use one of their ids.',
    },
    zh: {
      what: '没有此编号的事件。',
      means: '该事件未曾到达，或已超过保留期限。',
      remedy: '请查看事件列表，使用其中的编号。',
    },
  },
  RUN_IN_PROGRESS: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'An import of this connection is already running.',
      means: 'No second one was started; one connection imports once at a time.',
      remedy: 'Watch the running one, or start again when it has ended.',
    },
    zh: {
      what: '该连接正在导入中。',
      means: '未启动新的导入；同一连接同时只能进行一次导入。',
      remedy: '请查看正在进行的导入，或待其结束后重新开始。',
    },
  },
  RUN_ENDED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'This run has ended, or was cancelled and is about to end.',
      means: 'Nothing was done: only a run that is under way can be paused, resumed or cancelled.',
      remedy: 'Look at the run to see how it ended; start another one if need be.',
    },
    zh: {
      what: '该同步已结束，或已取消、即将结束。',
      means: '未做任何操作：只有正在进行的同步才能暂停、继续或取消。',
      remedy: '请查看该同步的结果，如有需要可重新开始。',
    },
  },
  RUN_STOPPED: {
    kind: 'config',
    who: 'operator',
    en: {
      what: 'The run’s workflow was ended outside of this software.',
      means: 'It was probably terminated in Temporal; what was done stays.',
      remedy: 'Start the run again; what is equal already is not written again.',
    },
    zh: {
      what: '本次同步的工作流在本系统之外被结束。',
      means: '可能在 Temporal 中被终止；已完成的部分保持不变。',
      remedy: '请重新开始同步；已一致的数据不会重复写入。',
    },
  },
  WORKER_AWAY: {
    kind: 'transient',
    who: 'operator',
    en: {
      what: 'No worker took the task.',
      means: 'Nothing is imported or diagnosed while no worker listens.',
      remedy: 'Start a worker (npm run start:worker) and check that it reaches Temporal.',
    },
    zh: {
      what: '没有 Worker 接手该任务。',
      means: '没有 Worker 在线时，无法导入或诊断。',
      remedy: '请启动 Worker（npm run start:worker），并确认它能连接 Temporal。',
    },
  },
  WORKER_SILENT: {
    kind: 'transient',
    who: 'operator',
    en: {
      what: 'A worker stopped answering in the middle of a step.',
      means:
        'It ended, froze or does not reach Temporal. Its step is tried again by itself, and nothing is written twice.',
      remedy:
        'Nothing while the run goes on; if it ended, see that a worker runs and start it again.',
    },
    zh: {
      what: '有 Worker 在执行某一步时失去响应。',
      means: '它已退出、卡住或无法连接 Temporal。该步骤会自动重试，不会重复写入。',
      remedy: '同步仍在进行时无需处理；若同步已结束，请确认有 Worker 在运行，然后重新开始同步。',
    },
  },
});
