/** The words users see, English and Chinese side by side; a missing word does not compile. */
export type Language = 'en' | 'zh';

/**
 * - `config`: a person must act; trying again changes nothing.
 * - `transient`: we try again by ourselves.
 * - `data`: this one object cannot pass; all others go on.
 * - `bug`: ours; stop.
 */
export type ProblemKind = 'config' | 'transient' | 'data' | 'bug';

interface Sentences {
  /** What happened. */
  what: string;
  /** What it means. */
  means: string;
  /** What to do. */
  remedy: string;
}

interface ProblemEntry {
  kind: ProblemKind;
  /** Who acts: the administrator, this software by itself, the operator of this installation, or the vendor. */
  who: 'administrator' | 'ourselves' | 'operator' | 'vendor';
  en: Sentences;
  zh: Sentences;
}

/** Keeps each entry's literal key while checking its shape. */
function entries<K extends string>(table: Record<K, ProblemEntry>): Record<K, ProblemEntry> {
  return table;
}

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
  TARGET_CREDENTIALS_REJECTED: {
    kind: 'config',
    who: 'administrator',
    en: {
      what: 'Authing rejected the access key.',
      means: 'Nothing can be written to Authing until the right key is entered.',
      remedy: 'Copy the user pool id and its secret again from the Authing console.',
    },
    zh: {
      what: 'Authing 拒绝了访问密钥。',
      means: '在填写正确的密钥之前，无法写入 Authing。',
      remedy: '请在 Authing 控制台重新复制用户池 ID 和密钥。',
    },
  },

  // This installation.
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
