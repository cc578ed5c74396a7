/** The source's chain: from the proxy's door to the fields of people, as the worker's own network sees it. */
import type { Source } from '../connectors/source.ts';
import type { Connection } from '../model/connection.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DiagnosisStep, DiagnosisStepName } from '../model/diagnosis.ts';
import { ProblemError, problem, problemOf } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { runChain } from './diagnose-chain.ts';
import type { Check, Finding } from './diagnose-chain.ts';
import { rootsOf, walk } from './diagnose-walk.ts';
import type { Walk } from './diagnose-walk.ts';
import type { PassClock } from './pass.ts';

/** What the chain asks beside the reads of a run. */
export interface SourceProbe extends Source {
  token(signal?: AbortSignal): Promise<unknown>;
  /** Throws SOURCE_COMPANY_UNKNOWN. */
  proveCompany(signal?: AbortSignal): Promise<void>;
  presentFields(id: string, signal?: AbortSignal): Promise<string[] | 'gone'>;
}

export interface SourceDiagnosis {
  connection: Connection;
  source: SourceProbe;
  /** True when "no proxy" was said explicitly. */
  direct: boolean;
  /** Any answer of the vendor's host is enough. */
  reach(base: string): Promise<void>;
  clock: PassClock;
}

/** People whose fields are looked at: enough to tell, few enough to be quick. */
const SAMPLE_PEOPLE = 10;
const SAMPLE_ROOTS = 10;

/** DingTalk's names of what an account is made of; the first ones depend on field permissions. */
const WANTED_FIELDS = [
  'mobile',
  'state_code',
  'email',
  'org_email',
  'name',
  'unionid',
  'avatar',
  'job_number',
  'title',
];

const PROXY_ITSELF = [
  'EGRESS_PROXY_REFUSED',
  'EGRESS_PROXY_UNRESOLVED',
  'EGRESS_PROXY_TIMEOUT',
  'EGRESS_PROXY_AUTH',
  'EGRESS_PROXY_CERTIFICATE',
  'EGRESS_PROXY_BROKEN',
];
const NETWORK = /^(EGRESS_|SOURCE_(UNREACHABLE|TIMEOUT|CERTIFICATE|TLS_FAILED|CONNECTION_BROKEN)$)/;
const ADDRESS = ['SOURCE_IP_NOT_ALLOWED', 'SOURCE_IP_SHARED', 'SOURCE_ADDRESS_BANNED'];

/** Where a fault is shown: what lies behind the proxy is not the proxy's, what DingTalk says of the app not the address's. */
function belongsTo(it: Problem, met: DiagnosisStepName): DiagnosisStepName | null {
  if (PROXY_ITSELF.includes(it.code)) return 'proxy';
  if (NETWORK.test(it.code)) return 'tunnel';
  if (ADDRESS.includes(it.code)) return 'address';
  return met === 'address' ? 'scope' : null;
}

/** Reads only; nothing is left behind. */
export function diagnoseSource(parts: SourceDiagnosis): Promise<DiagnosisStep[]> {
  const { source, connection } = parts;
  let seen: Walk = { people: new Set(), departments: 0, whole: false };
  const checks: Check[] = [
    {
      name: 'proxy',
      async run() {
        await parts.reach(connection.source.oapi);
        return parts.direct ? { facts: { proxy: 'none' } } : {};
      },
    },
    {
      name: 'tunnel',
      run: () => parts.reach(connection.source.api).then(() => ({})),
    },
    { name: 'credentials', run: () => source.token().then(() => ({})) },
    { name: 'company', run: () => source.proveCompany().then(() => ({})) },
    { name: 'address', run: () => source.scopes().then(() => ({ facts: { address: 'allowed' } })) },
    { name: 'scope', run: () => scope(source) },
    { name: 'departments', run: () => departments(source) },
    {
      name: 'people',
      async run() {
        seen = await walk(source);
        if (seen.people.size === 0) return { warning: problem('SOURCE_NO_PEOPLE_SEEN') };
        return { facts: { departments: seen.departments, people: seen.people.size } };
      },
    },
    { name: 'fields', run: () => fields(source, [...seen.people].slice(0, SAMPLE_PEOPLE)) },
    { name: 'counts', run: () => counts(source, seen) },
  ];
  return runChain('source', checks, parts.clock, belongsTo);
}

async function scope(source: Source): Promise<Finding> {
  const scopes = await source.scopes();
  const facts = { departments: scopes.departmentIds.length, people: scopes.personIds.length };
  if (scopes.departmentIds.length === 0) throw new ProblemError(problem('SOURCE_NOTHING_VISIBLE'));
  if (scopes.departmentIds.includes(ROOT_DEPARTMENT)) return { facts: { scope: 'whole_company' } };
  return { facts, warning: problem('SOURCE_SCOPE_NARROW') };
}

async function departments(source: Source): Promise<Finding> {
  let firstLevel = 0;
  for (const id of (await rootsOf(source)).slice(0, SAMPLE_ROOTS)) {
    await source.department(id);
    const children = await source.childDepartments(id);
    if (children !== 'gone') firstLevel += children.length;
  }
  return { facts: { firstLevel } };
}

/** A missing field permission shows as a missing field, not as a code; so data is looked at. */
async function fields(source: SourceProbe, sample: string[]): Promise<Finding> {
  const { names, looked } = await presentIn(source, sample);
  if (names.size === 0) return { unchecked: true };
  const present = WANTED_FIELDS.filter((name) => names.has(name)).join(' ');
  const absent: (keyof typeof ABSENT)[] = [];
  if (!names.has('mobile')) absent.push('mobile');
  if (!names.has('email') && !names.has('org_email')) absent.push('email');
  const facts = { looked, present };
  const [first, second] = absent;
  if (first === undefined) return { facts };
  const code = second === undefined ? ABSENT[first] : 'SOURCE_FIELDS_ABSENT';
  return { facts: { ...facts, absent: absent.join(' ') }, warning: problem(code) };
}

const ABSENT = {
  mobile: 'SOURCE_FIELD_MOBILE_ABSENT',
  email: 'SOURCE_FIELD_EMAIL_ABSENT',
} as const;

/** One record that DingTalk does not give says nothing about the fields of the others. */
async function presentIn(
  source: SourceProbe,
  sample: string[],
): Promise<{ names: Set<string>; looked: number }> {
  const names = new Set<string>();
  let looked = 0;
  let refused: Problem | null = null;
  for (const id of sample) {
    try {
      const found = await source.presentFields(id);
      if (found === 'gone') continue;
      looked += 1;
      for (const name of found) names.add(name);
    } catch (error) {
      const it = problemOf(error);
      if (it.kind !== 'data') throw error;
      refused ??= it;
    }
  }
  if (looked === 0 && refused) throw new ProblemError(refused);
  return { names, looked };
}

/** `user/count` counts the whole company whatever the scope (docs user/count), so it is no measure of a part. */
async function counts(source: Source, seen: Walk): Promise<Finding> {
  const people = await source.peopleCount();
  if (people === 0) return { facts: { people }, warning: problem('SOURCE_COMPANY_EMPTY') };
  const facts = { people, visible: seen.people.size };
  const all = (await rootsOf(source)).includes(ROOT_DEPARTMENT);
  if (!seen.whole || !all) return { facts: { people } };
  // Somebody may come or go between the two reads.
  const near = Math.abs(people - seen.people.size) <= 1;
  return near ? { facts } : { facts, warning: problem('SOURCE_COUNT_DIFFERS') };
}
