/** Words for what the target says: its own faults, and objects that it refuses. */
import { entries } from './words-entry.ts';

export const targetWords = entries({
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
});
