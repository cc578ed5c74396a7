/** The target: a pool of accounts and an organisation with the rules of the vendor, and a record of what was written. */
import type {
  PersonFields,
  TargetDepartment,
  TargetOrganization,
  TargetPerson,
} from '../../model/directory.ts';
import { problem } from '../../model/problem.ts';
import type { Problem } from '../../model/problem.ts';
import { REFUSED_NAME } from './edits.ts';
import type {
  DepartmentChange,
  NewDepartment,
  NewPerson,
  PersonChange,
} from '../../connectors/target.ts';

export interface PoolRules {
  uniqueKeys: boolean;
  refusesCycles: boolean;
  /** With `hold` nobody may be taken out of anything. */
  leaving: 'hold' | 'apply';
}

/** Told of every change at the moment it is made. */
export interface PoolWatch {
  /** A law is broken. */
  broken(law: string): void;
  changed(what: string, key: string | null): void;
}

export type Refused = { refused: Problem };
export const isRefused = (it: unknown): it is Refused =>
  typeof it === 'object' && it !== null && 'refused' in it;

const refuse = (code: Parameters<typeof problem>[0]): Refused => ({ refused: problem(code) });

export const FOREIGN_DEPARTMENT = 'T-foreign';

/** Departments and people of the target; methods are what the vendor does when a request arrives. */
export class Pool {
  organization: TargetOrganization | null = null;
  readonly departments = new Map<string, TargetDepartment>();
  readonly people = new Map<string, TargetPerson>();
  /** Changes made so far. */
  changes = 0;
  readonly #rules: PoolRules;
  readonly #watch: PoolWatch;
  #ids = 0;

  constructor(rules: PoolRules, watch: PoolWatch) {
    this.#rules = rules;
    this.#watch = watch;
  }

  /** Accounts and a department that nobody of ours may touch. */
  addForeign(phones: string[]): void {
    for (const phone of phones) {
      const id = `F${++this.#ids}`;
      const fields: PersonFields = { name: 'foreign', phone, phoneCountryCode: '+86' };
      this.people.set(id, {
        ...{ id, key: null, status: 'Activated', fields },
        departmentIds: [FOREIGN_DEPARTMENT],
      });
    }
    this.departments.set(FOREIGN_DEPARTMENT, {
      ...{ id: FOREIGN_DEPARTMENT, key: null, code: null, parentId: null },
      ...{ name: 'foreign', leaderIds: [] },
    });
  }

  /** Somebody puts one of our people into a department of their own. */
  enterForeign(): void {
    for (const person of this.people.values()) {
      if (person.key !== null) person.departmentIds?.push(FOREIGN_DEPARTMENT);
    }
  }

  /** Somebody renames things of ours by hand. */
  changeByHand(): void {
    const [person] = [...this.people.values()].filter((it) => it.key !== null);
    if (person) person.fields.name = 'by hand';
    const department = [...this.departments.values()].filter((it) => it.key !== null).at(-1);
    if (department) department.name = 'by hand';
  }

  /** All that is not ours, as text. */
  foreign(): string {
    return JSON.stringify([
      [...this.people.values()].filter((it) => it.key === null),
      [...this.departments.values()].filter((it) => it.key === null),
    ]);
  }

  createOrganization(code: string, name: string): TargetOrganization | Refused {
    if (this.organization) return refuse('DATA_KEY_TAKEN');
    this.#note('create organisation', null);
    this.organization = { code, name, rootId: 'ROOT' };
    return this.organization;
  }

  #note(what: string, key: string | null): void {
    this.changes++;
    this.#watch.changed(what, key);
  }

  #exists(id: string): boolean {
    return id === this.organization?.rootId || this.departments.has(id);
  }

  departmentByKey(key: string): TargetDepartment | null {
    for (const it of this.departments.values()) if (it.key === key) return it;
    return null;
  }

  personByKey(key: string): TargetPerson | null {
    for (const it of this.people.values()) if (it.key === key) return it;
    return null;
  }

  createDepartment({ key, name, parentId }: NewDepartment): TargetDepartment | Refused {
    if (!this.#exists(parentId)) {
      this.#watch.broken(`6: department ${key} is created below nothing`);
      return refuse('DATA_DEPARTMENT_GONE');
    }
    if (name.endsWith(REFUSED_NAME)) return refuse('DATA_FIELD_REFUSED');
    if (this.departmentByKey(key)) {
      if (this.#rules.uniqueKeys) return refuse('DATA_IDENTIFIER_TAKEN');
      this.#watch.broken(`5: department ${key} is there twice`);
    }
    this.#note(`create department ${key} "${name}" below ${parentId}`, key);
    const id = `T${++this.#ids}`;
    const made = { id, key, code: null, parentId, name, leaderIds: [] };
    this.departments.set(id, made);
    return made;
  }

  updateDepartment(id: string, change: DepartmentChange): null | Refused {
    const found = this.departments.get(id);
    if (!found) return refuse('DATA_DEPARTMENT_GONE');
    if (found.key === null) this.#watch.broken(`4: foreign department ${id} is changed`);
    const { name, parentId } = change;
    if (name?.endsWith(REFUSED_NAME)) return refuse('DATA_FIELD_REFUSED');
    if (name === '') this.#watch.broken(`7: department ${id} loses its name`);
    if (name === found.name) this.#watch.broken(`10: department ${id} has that name already`);
    if (parentId === found.parentId)
      this.#watch.broken(`10: department ${id} stands there already`);
    if (parentId !== undefined) {
      if (!this.#exists(parentId)) {
        this.#watch.broken(`6: department ${found.key} is moved below nothing`);
        return refuse('DATA_DEPARTMENT_GONE');
      }
      if (this.#isBelow(parentId, id)) {
        if (this.#rules.refusesCycles) return refuse('DATA_CYCLE');
        this.#watch.broken(`6: department ${found.key} is moved below itself`);
      }
      found.parentId = parentId;
    }
    if (name !== undefined) found.name = name;
    this.#note(`change department ${found.key} ${JSON.stringify(change)}`, found.key);
    return null;
  }

  #isBelow(id: string, above: string): boolean {
    const met = new Set<string>();
    let at: string | null | undefined = id;
    while (at && !met.has(at)) {
      if (at === above) return true;
      met.add(at);
      at = this.departments.get(at)?.parentId;
    }
    return false;
  }

  #taken(fields: PersonFields, own: string | null): Refused | null {
    const { phone, email, username } = fields;
    for (const it of this.people.values()) {
      if (it.id === own) continue;
      if (phone && it.fields.phone === phone) return refuse('DATA_PHONE_TAKEN');
      if (email && it.fields.email === email) return refuse('DATA_EMAIL_TAKEN');
      if (username && it.fields.username === username) return refuse('DATA_USERNAME_TAKEN');
    }
    return null;
  }

  #checkFields(who: string, fields: PersonFields): void {
    for (const [name, value] of Object.entries(fields)) {
      if (value === '') this.#watch.broken(`7: ${name} of ${who} would be erased`);
    }
  }

  createPerson({ key, fields, departmentIds }: NewPerson): TargetPerson | Refused {
    this.#checkFields(key, fields);
    if (!departmentIds.every((id) => this.#exists(id))) {
      this.#watch.broken(`6: ${key} enters a department that does not exist`);
      return refuse('DATA_DEPARTMENT_GONE');
    }
    if (departmentIds.includes(FOREIGN_DEPARTMENT)) {
      this.#watch.broken(`4: ${key} enters a foreign department`);
    }
    if (this.personByKey(key)) return refuse('DATA_KEY_TAKEN');
    const taken = this.#taken(fields, null);
    if (taken) return taken;
    if (!fields.phone && !fields.email && !fields.username)
      return refuse('DATA_IDENTIFIER_MISSING');
    this.#note(`create ${key} ${JSON.stringify(fields)} in ${departmentIds.join(',')}`, key);
    const id = `U${++this.#ids}`;
    const made: TargetPerson = {
      ...{ id, key, status: 'Activated' as const, fields: { ...fields } },
      departmentIds: [...departmentIds],
    };
    this.people.set(id, made);
    return made;
  }

  updatePerson({ id, fields, status, key }: PersonChange): TargetPerson | Refused {
    const found = this.people.get(id);
    if (!found) return refuse('DATA_PERSON_GONE');
    const who = found.key ?? id;
    if (found.key === null) this.#watch.broken(`4: foreign account ${id} is changed`);
    if (status !== undefined) this.#watch.broken(`2: the status of ${who} is changed`);
    if (key !== undefined && key !== found.key) this.#watch.broken(`4: ${who} gets another key`);
    this.#checkFields(who, fields);
    const taken = this.#taken(fields, id);
    if (taken) return taken;
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    const has = found.fields as Record<string, unknown>;
    const { phone, phoneCountryCode } = fields;
    for (const [name, value] of given) {
      // A number and its country are one value.
      const pair = phone === has['phone'] && phoneCountryCode === has['phoneCountryCode'];
      const equal = name.startsWith('phone') ? pair : has[name] === value;
      if (equal) this.#watch.broken(`10: ${name} of ${who} is that already`);
    }
    this.#note(`change ${who} ${JSON.stringify(fields)}`, found.key);
    Object.assign(found.fields, Object.fromEntries(given));
    return found;
  }

  /** Only what somebody else of ours wants is ever erased, and never the last way to sign in. */
  release(
    id: string,
    fields: ('phone' | 'email' | 'username')[],
    username?: string,
  ): null | Refused {
    const found = this.people.get(id);
    if (!found) return refuse('DATA_PERSON_GONE');
    if (found.key === null) this.#watch.broken(`4: foreign account ${id} is changed`);
    if (username !== undefined) {
      const taken = this.#taken({ username }, id);
      if (taken) return taken;
    }
    for (const field of fields) delete found.fields[field];
    if (fields.includes('phone')) delete found.fields.phoneCountryCode;
    if (username !== undefined) found.fields.username = username;
    const { phone, email, username: name } = found.fields;
    if (!phone && !email && !name) this.#watch.broken(`7: ${found.key} cannot sign in any more`);
    this.#note(`release ${fields.join(',')} of ${found.key}`, found.key);
    return null;
  }

  members(departmentId: string): string[] {
    const all = [...this.people.values()];
    return all.filter((it) => it.departmentIds?.includes(departmentId)).map((it) => it.id);
  }

  /** @returns a refusal when the department or a person does not exist; nothing is done then */
  changeMembers(way: 'add' | 'remove', departmentId: string, ids: string[]): null | Refused {
    if (!this.#exists(departmentId)) {
      if (way === 'add')
        this.#watch.broken(`6: people enter ${departmentId}, which does not exist`);
      return refuse('DATA_DEPARTMENT_GONE');
    }
    const foreign = this.departments.get(departmentId)?.key === null;
    if (foreign) this.#watch.broken(`4: members of a foreign department are changed`);
    if (ids.some((id) => !this.people.has(id))) return refuse('DATA_PERSON_GONE');
    for (const id of ids) {
      const person = this.people.get(id);
      if (!person) continue;
      if (person.key === null) this.#watch.broken(`4: foreign account ${id} is moved`);
      const list = person.departmentIds ?? [];
      const at = list.indexOf(departmentId);
      if ((way === 'add') === at >= 0) {
        // Also harmless at the vendor, yet nothing that differs.
        this.#watch.broken(`10: ${way} ${person.key} ${departmentId}: it is so already`);
      }
      if ((way === 'add') === at >= 0) continue;
      if (way === 'remove' && this.#rules.leaving === 'hold') {
        this.#watch.broken(`2: ${person.key} is taken out of ${departmentId}`);
      }
      if (way === 'add') list.push(departmentId);
      else list.splice(at, 1);
      this.#note(`${way} ${person.key} ${departmentId}`, person.key);
    }
    return null;
  }
}

/** A copy of a person as a read returns it. */
export function copyOf(it: TargetPerson): TargetPerson {
  return { ...it, fields: { ...it.fields }, departmentIds: [...(it.departmentIds ?? [])] };
}
