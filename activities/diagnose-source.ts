/** The source's chain: from the proxy's door to the fields of people, as the worker's own network sees it. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DiagnosisStep, DiagnosisStepName } from '../model/diagnosis.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { runChain } from './diagnose-chain.ts';
import type { Check, Finding } from './diagnose-chain.ts';
import type { PassClock } from './pass.ts';
import type { Source } from '../connectors/source.ts';
import type { Connection } from '../model/connection.ts';

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
  /** Any answer of the vendor's host is enough. */
  reach(base: string): Promise<void>;
  clock: PassClock;
}

/** People and departments that are looked at for their fields: enough to tell, few enough to be quick. */
const SAMPLE_PEOPLE = 5;
const SAMPLE_DEPARTMENTS = 10;

const PROXY_DOOR = ['EGRESS_PROXY_REFUSED', 'EGRESS_PROXY_UNRESOLVED', 'EGRESS_PROXY_TIMEOUT'];
const PROXY_RULES = ['EGRESS_PROXY_AUTH', 'EGRESS_PROXY_CERTIFICATE', 'EGRESS_PROXY_BROKEN'];

/** The proxy answered, so its own step is proved; what lies behind it is the next step's fault. */
function belongsTo(it: Problem): DiagnosisStepName | null {
  if (PROXY_DOOR.includes(it.code) || PROXY_RULES.includes(it.code)) return 'proxy';
  if (it.code.startsWith('EGRESS_') || NETWORK.test(it.code)) return 'tunnel';
  if (it.code === 'SOURCE_IP_NOT_ALLOWED' || it.code === 'SOURCE_IP_SHARED') return 'address';
  return null;
}

const NETWORK = /^SOURCE_(UNREACHABLE|TIMEOUT|CERTIFICATE|TLS_FAILED|CONNECTION_BROKEN)$/;

/** Reads only; nothing is left behind. */
export function diagnoseSource(parts: SourceDiagnosis): Promise<DiagnosisStep[]> {
  const { source, connection } = parts;
  const sample: string[] = [];
  const checks: Check[] = [
    { name: 'proxy', run: () => reachHost(parts, connection.source.oapi) },
    {
      name: 'tunnel',
      async run() {
        await parts.reach(connection.source.oapi);
        await parts.reach(connection.source.api);
        return { facts: { hosts: 2 } };
      },
    },
    { name: 'credentials', run: () => source.token().then(() => ({})) },
    { name: 'company', run: () => source.proveCompany().then(() => ({})) },
    { name: 'address', run: () => source.scopes().then(() => ({ facts: { address: 'allowed' } })) },
    { name: 'scope', run: () => scope(source) },
    { name: 'departments', run: () => departments(source) },
    { name: 'people', run: () => people(source, sample) },
    { name: 'fields', run: () => fields(source, sample) },
    { name: 'counts', run: () => counts(source) },
  ];
  return runChain('source', checks, parts.clock, belongsTo);
}

async function reachHost(parts: SourceDiagnosis, base: string): Promise<Finding> {
  await parts.reach(base);
  return {};
}

async function scope(source: Source): Promise<Finding> {
  const scopes = await source.scopes();
  const facts = { departments: scopes.departmentIds.length, people: scopes.personIds.length };
  if (scopes.departmentIds.length === 0) throw new ProblemError(problem('SOURCE_NOTHING_VISIBLE'));
  if (scopes.departmentIds.includes(ROOT_DEPARTMENT)) return { facts: { scope: 'whole company' } };
  return { facts, warning: problem('SOURCE_SCOPE_NARROW') };
}

async function roots(source: Source): Promise<string[]> {
  const { departmentIds } = await source.scopes();
  return departmentIds.includes(ROOT_DEPARTMENT) ? [ROOT_DEPARTMENT] : departmentIds;
}

async function departments(source: Source): Promise<Finding> {
  let below = 0;
  for (const id of (await roots(source)).slice(0, SAMPLE_DEPARTMENTS)) {
    await source.department(id);
    const children = await source.childDepartments(id);
    if (children !== 'gone') below += children.length;
  }
  return { facts: { firstLevel: below } };
}

/** Looks for people in the first departments; keeps a few ids for the fields. */
async function people(source: Source, sample: string[]): Promise<Finding> {
  const queue = await roots(source);
  for (let looked = 0; looked < SAMPLE_DEPARTMENTS && looked < queue.length; looked++) {
    const id = queue[looked] ?? ROOT_DEPARTMENT;
    const page = await source.members(id, 0);
    if (page !== 'gone') sample.push(...page.people.map((it) => it.id));
    await source.memberIds(id);
    if (sample.length >= SAMPLE_PEOPLE) break;
    const children = await source.childDepartments(id);
    if (children !== 'gone') queue.push(...children.map((it) => it.id));
  }
  sample.splice(SAMPLE_PEOPLE);
  if (sample.length === 0) return { warning: problem('SOURCE_NO_PEOPLE_SEEN') };
  return { facts: { looked: sample.length } };
}

/** A missing field permission shows as a missing field, not as a code; so data is looked at. */
async function fields(source: SourceProbe, sample: string[]): Promise<Finding> {
  const present = new Set<string>();
  for (const id of sample) {
    const names = await source.presentFields(id);
    if (names !== 'gone') for (const name of names) present.add(name);
  }
  const facts = { present: [...present].sort().join(' ') };
  if (sample.length === 0) return {};
  if (!present.has('mobile')) return { facts, warning: problem('SOURCE_FIELD_MOBILE_ABSENT') };
  const email = present.has('email') || present.has('org_email');
  return email ? { facts } : { facts, warning: problem('SOURCE_FIELD_EMAIL_ABSENT') };
}

async function counts(source: Source): Promise<Finding> {
  const count = await source.peopleCount();
  const facts = { people: count };
  return count === 0 ? { facts, warning: problem('SOURCE_COMPANY_EMPTY') } : { facts };
}
