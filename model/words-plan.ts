/** Words for plans: unknown, over, applied, and single objects that changed meanwhile. */
import { entries } from './words-entry.ts';

export const planWords = entries({
  PLAN_UNKNOWN: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'There is no plan with this id for this connection.',
      means:
        'It never existed, its run has not ended yet, or its week is over. Nothing was written.',
      remedy: 'Make a plan again and use its id.',
    },
    zh: {
      what: '此连接没有该编号的同步计划。',
      means: '该计划不存在、尚未生成完毕，或已超过一周的保留期。未写入任何数据。',
      remedy: '请重新生成同步计划，并使用新的编号。',
    },
  },
  PLAN_OVER: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The plan is out of date.',
      means:
        'It is older than a week, or the connection was changed since it was made. Nothing was written.',
      remedy: 'Make a plan again, look at it, and apply that one.',
    },
    zh: {
      what: '该同步计划已过期。',
      means: '计划生成已超过一周，或之后连接设置有改动。未写入任何数据。',
      remedy: '请重新生成同步计划，查看后再执行。',
    },
  },
  PLAN_APPLIED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The plan was applied already, or is being applied.',
      means: 'A plan is applied once. Nothing was written.',
      remedy: 'Look at the run that applied it, or make a new plan.',
    },
    zh: {
      what: '该同步计划已执行，或正在执行。',
      means: '每个计划只能执行一次。未写入任何数据。',
      remedy: '请查看执行该计划的同步记录，或重新生成计划。',
    },
  },
  PLAN_ITEM_LATE: {
    kind: 'data',
    who: 'ourselves',
    en: {
      what: 'This object changed after the plan was made, in DingTalk or in Authing.',
      means: 'It was left out of the plan and is read and written again on its own.',
      remedy: 'Nothing has to be done.',
    },
    zh: {
      what: '生成计划之后，该对象在钉钉或 Authing 中有变动。',
      means: '本次未按计划写入，程序会单独重新读取并写入该对象。',
      remedy: '无需任何操作。',
    },
  },
});
