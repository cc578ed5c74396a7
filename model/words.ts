/** The words users see, English and Chinese side by side; a missing word does not compile. */
import { entries } from './words-entry.ts';
import { refusedWords } from './words-refused.ts';
import { runWords } from './words-run.ts';
import { targetWords } from './words-target.ts';

export type { ProblemEntry, ProblemKind, Sentences } from './words-entry.ts';

export type Language = 'en' | 'zh';

/** `{name}` in a sentence is filled from the problem's detail, or with "?" where it is not known. */
export const problemWords = entries({
  // The way to the vendors: proxy, network, certificates.
  EGRESS_PROXY_REFUSED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'The egress proxy {address} refused the connection.',
      means: 'Nothing can be read from DingTalk while its proxy does not answer.',
      remedy: 'Check the proxy address and port of the connection, and that the proxy is running.',
    },
    zh: {
      what: '出口代理 {address} 拒绝了连接。',
      means: '代理不可用时，无法从钉钉读取任何数据。',
      remedy: '请检查连接中填写的代理地址和端口，并确认代理正在运行。',
    },
  },

  // The source.
  SOURCE_CREDENTIALS_REJECTED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'DingTalk rejected the AppKey or AppSecret.',
      means: 'No run can start until the right pair is entered.',
      remedy:
        'Copy AppKey and AppSecret again from the DingTalk developer console, without blanks before or after.',
    },
    zh: {
      what: '钉钉拒绝了 AppKey 或 AppSecret。',
      means: '在填写正确的凭证之前，无法开始同步。',
      remedy: '请在钉钉开发者后台重新复制 AppKey 和 AppSecret，注意前后不要带空格。',
    },
  },

  // The target.
  ...targetWords,
  ...refusedWords,

  // Runs, records, and this installation.
  ...runWords,
  BUG_UNEXPECTED: {
    kind: 'bug',
    who: 'operator',
    en: {
      what: 'Something happened that this software does not expect.',
      means: 'The run stopped so that nothing is done wrongly; what was done stays.',
      remedy: 'Report it with the time and the run id; start the run again.',
    },
    zh: {
      what: '发生了程序未预料到的情况。',
      means: '为避免误操作，本次同步已停止；已完成的部分保持不变。',
      remedy: '请附上时间和同步编号反馈此问题，然后重新开始同步。',
    },
  },
});

export type ProblemCode = keyof typeof problemWords;
