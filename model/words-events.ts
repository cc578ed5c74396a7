/** Words for the ways by which events come in. */
import { entries } from './words-entry.ts';

export const eventWords = entries({
  SOURCE_STREAM_REFUSED: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'DingTalk’s Stream gateway did not open the connection (HTTP {httpStatus}).',
      means:
        'Events do not arrive by Stream for the moment; what is missed is looked for afterwards.',
      remedy:
        'Nothing, it is tried again with growing delay. If it lasts, check that the app’s event subscription (事件订阅) is set to Stream.',
    },
    zh: {
      what: '钉钉 Stream 网关未建立连接（HTTP {httpStatus}）。',
      means: '目前无法通过 Stream 接收事件；期间遗漏的变更会在恢复后补上。',
      remedy:
        '无需处理，程序会以递增的间隔重试。如持续出现，请确认应用的“事件订阅”已选择 Stream 模式。',
    },
  },
  EVENTS_MISSED: {
    kind: 'transient',
    who: 'ourselves',
    en: {
      what: 'For a time no event of DingTalk could come in.',
      means:
        'DingTalk keeps what it could not deliver for minutes only, so run {run} reads everything.',
      remedy:
        'Nothing, if that run succeeds. If it happens often, see why receiver or Stream were away.',
    },
    zh: {
      what: '曾有一段时间无法接收钉钉事件。',
      means: '钉钉只会将未送达的事件保留几分钟，因此运行 {run} 会重新读取全部数据。',
      remedy: '该运行成功后无需处理。如频繁发生，请检查回调接收服务或 Stream 连接中断的原因。',
    },
  },
});
