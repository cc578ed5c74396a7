/** The words users see, English and Chinese side by side; a missing word does not compile. */
import { diagnosisWords } from './words-diagnosis.ts';
import { entries } from './words-entry.ts';
import { eventWords } from './words-events.ts';
import { planWords } from './words-plan.ts';
import { readingWords } from './words-reading.ts';
import { refusedWords } from './words-refused.ts';
import { requestWords } from './words-request.ts';
import { runWords } from './words-run.ts';
import { sourceWords } from './words-source.ts';
import { targetWords } from './words-target.ts';
import { wayWords } from './words-way.ts';
import { whoWords } from './words-who.ts';

export type { ProblemEntry, ProblemKind, Sentences } from './words-entry.ts';

export type Language = 'en' | 'zh';

/** `{name}` in a sentence is filled from the problem's detail, or with "?" where it is not known. */
export const problemWords = entries({
  // The way to the vendors: proxy, network, certificates.
  ...wayWords,

  // The source.
  ...sourceWords,

  // The target.
  ...targetWords,
  ...refusedWords,

  // Runs, records, and this installation.
  ...readingWords,
  ...runWords,
  ...planWords,
  ...requestWords,
  ...diagnosisWords,
  ...eventWords,
  ...whoWords,
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
