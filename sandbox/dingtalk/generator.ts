/** Generated companies, decided by one seed: sizes, depth, odd names, and a list of the bad records planted. */
import { seededRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { ROOT } from './company.ts';
import type { App, CompanyData, Membership, Person } from './company.ts';
import { emptyCompany, newPerson } from './example.ts';
import type { GeneratorOptions } from './generator-options.ts';
import { growTree } from './generator-tree.ts';
import type { Grown } from './generator-tree.ts';
import { personName } from './names.ts';
import { plantBadRecords } from './planted.ts';
import type { Planted } from './planted.ts';

export interface CompanyFrame {
  corpId: string;
  name: string;
  apps: App[];
  now: number;
  /** Counts companies from 1, so that no two have a phone number or an address in common. */
  number: number;
}

export interface Generated {
  data: CompanyData;
  planted: Planted[];
}

export function generateCompany(frame: CompanyFrame, options: GeneratorOptions): Generated {
  const random = seededRandom(options.seed);
  const data = emptyCompany(frame.corpId, frame.name, frame.apps);
  const grown = growTree(data, options, random);
  const seats = seatsOf(grown, options, random);
  for (let index = 0; index < options.people; index += 1) {
    data.people.push(makePerson({ data, grown, seats, index, options, random, frame }));
  }
  nameHeads(data, random);
  const rate = options.clean === false ? 0.002 : 0;
  const planted = plantBadRecords(data.people, random, {
    duplicateRate: options.duplicateRate ?? rate,
    missingRate: options.missingRate ?? rate,
  });
  return { data, planted };
}

/** First department of each person, by weight; a log-normal share for each department. */
function seatsOf(grown: Grown, options: GeneratorOptions, random: Random): number[] {
  const big = Math.min(options.bigDepartment ?? 0, options.people);
  const rest = options.people - big;
  const total = grown.weights.reduce((sum, weight) => sum + weight, 0);
  const seats: number[] = [];
  if (grown.bigDepartment !== null) {
    for (let count = 0; count < big; count += 1) seats.push(grown.bigDepartment);
  }
  let owed = 0;
  for (const [index, weight] of grown.weights.entries()) {
    owed += total > 0 ? (weight / total) * rest : 0;
    const id = grown.ids[index];
    while (owed >= 0.5 && seats.length < options.people && id !== undefined) {
      seats.push(id);
      owed -= 1;
    }
  }
  while (seats.length < options.people) seats.push(ROOT);
  // Ids shall not tell the department.
  for (let index = seats.length - 1; index > 0; index -= 1) {
    const other = random.whole(0, index);
    [seats[index], seats[other]] = [seats[other] ?? ROOT, seats[index] ?? ROOT];
  }
  return seats;
}

interface Making {
  data: CompanyData;
  grown: Grown;
  seats: number[];
  index: number;
  options: GeneratorOptions;
  random: Random;
  frame: CompanyFrame;
}

function makePerson(making: Making): Person {
  const { data, index, random, frame } = making;
  const number = index + 1;
  const digits = String(number).padStart(7, '0');
  const hired = frame.now - random.whole(1, 4000) * 86_400_000;
  const person = newPerson(useridOf(random, digits), personName(random), seat(making), hired);
  const at = frame.number === 1 ? `p${digits}` : `c${frame.number}.p${digits}`;
  person.mobile = String(13_000_000_000 + (frame.number % 600) * 10_000_000 + number);
  person.stateCode = '86';
  person.email = `${at}@example.com`;
  person.jobNumber = `E${digits}`;
  person.active = !random.chance(0.03);
  person.modified = data.sequence;
  if (random.chance(0.7)) person.title = random.pick(['工程师', '经理', '专员', '顾问', 'Lead']);
  if (random.chance(0.1)) person.orgEmail = `${at}@corp.example.com`;
  if (random.chance(0.3)) person.workPlace = random.pick(['北京', '上海', '深圳', '杭州']);
  if (random.chance(0.5)) person.hiredDate = hired;
  if (random.chance(0.1)) person.avatar = `https://static.example.com/${at}.jpg`;
  if (random.chance(0.05)) person.hideMobile = true;
  if (random.chance(0.05)) person.extension = JSON.stringify({ 工位: `A-${number}`, 'a.b': '$1' });
  if (random.chance(0.01)) person.remark = '备注'.repeat(random.whole(1, 200));
  return person;
}

/** Both forms of real companies: chosen by hand, or 16 and more digits. */
function useridOf(random: Random, digits: string): string {
  return random.chance(0.5) ? `user${digits}` : `${random.whole(10, 99)}0104052${digits}`;
}

function seat({ data, grown, seats, index, options, random }: Making): Membership[] {
  const first = seats[index] ?? ROOT;
  const ids = [first];
  // A geometric number of further departments has the asked mean.
  const more = 1 - 1 / (options.memberships ?? 1.1);
  while (ids.length < 100 && grown.populated.length > ids.length && random.chance(more)) {
    const id = random.pick(grown.populated);
    if (!ids.includes(id)) ids.push(id);
  }
  return ids.map((departmentId) => {
    data.sequence += 1;
    const order = (176_300_000_000_000_513n + BigInt(data.sequence)).toString();
    return { departmentId, order, leader: false, entered: data.sequence };
  });
}

/** Half of the departments get a head, from among their own members. */
function nameHeads(data: CompanyData, random: Random): void {
  const departments = new Map(data.departments.map((each) => [each.id, each]));
  const decided = new Set<number>();
  for (const person of data.people) {
    const membership = person.memberships[0];
    const department = membership && departments.get(membership.departmentId);
    if (!department || decided.has(department.id)) continue;
    decided.add(department.id);
    if (!random.chance(0.5)) continue;
    membership.leader = true;
    department.managers = [person.userid];
  }
}
