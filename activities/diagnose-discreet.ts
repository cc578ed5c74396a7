/** What a diagnosis may say of a vendor's words: they may echo a secret that was sent, or a person that was asked for. */
import type { ConnectionSecrets } from '../model/connection.ts';
import type { DiagnosisStep } from '../model/diagnosis.ts';
import type { Problem, ProblemDetail } from '../model/problem.ts';

/** Interfaces of both vendors that speak of people: "topapi/v2/user/get", "create-users-batch", "add-department-members". */
const ABOUT_PEOPLE = /user|member/;

/** Details that are the vendor's own words; those but the sentence are names, which short secrets meet by chance. */
const SAID = ['vendorCode', 'vendorMessage', 'requestId', 'permission'] as const;
const SHORT = 6;
/** In place of what is not said. */
const WITHHELD = '…';

/**
 * The steps without anything a vendor may have echoed: no word of it that holds a secret, no sentence about a
 * person, and nobody's id. The vendor's code and request id are enough to ask it about the case.
 */
export function discreet(steps: DiagnosisStep[], secrets: ConnectionSecrets): DiagnosisStep[] {
  const unsayable = wordsOf(secrets);
  return steps.map((step) =>
    step.problem ? { ...step, problem: discreetProblem(step.problem, unsayable) } : step,
  );
}

function discreetProblem(it: Problem, unsayable: string[]): Problem {
  const detail: ProblemDetail = { ...it.detail };
  for (const name of SAID) {
    const said = detail[name];
    const words =
      name === 'vendorMessage' ? unsayable : unsayable.filter((it) => it.length > SHORT);
    if (said !== undefined && words.some((word) => holds(said, word))) detail[name] = WITHHELD;
  }
  const person = detail.object?.kind === 'person';
  if (person) delete detail.object;
  const aboutPeople = person || ABOUT_PEOPLE.test(detail.interface ?? '');
  if (aboutPeople && detail.vendorMessage !== undefined) detail.vendorMessage = WITHHELD;
  return { ...it, detail };
}

/** Also as a link would hold it, and whatever the case. */
function holds(said: string, word: string): boolean {
  const text = said.toLowerCase();
  return [word, encodeURIComponent(word)].some((form) => text.includes(form.toLowerCase()));
}

function wordsOf(secrets: ConnectionSecrets): string[] {
  const { appSecret, accessKeySecret, sourceProxy, targetProxy } = secrets;
  const proxies = [sourceProxy, targetProxy ?? ''].flatMap(passwordOf);
  return [appSecret, accessKeySecret, ...proxies].filter((word) => word !== '');
}

/** The password of a proxy's address as it was meant and as it was typed; nothing for "none". */
function passwordOf(proxy: string): string[] {
  if (!URL.canParse(proxy)) return [];
  const { password } = new URL(proxy);
  try {
    return [decodeURIComponent(password), password];
  } catch {
    return [password];
  }
}
