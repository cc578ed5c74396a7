/** Proves the right to write, leaving nothing: writes that must be refused for what they say, after the right was checked. */
import type { TargetWriter } from '../connectors/target.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import type { Finding } from './diagnose-chain.ts';

/** A name that nobody has: what it names is refused, and could be found should it ever not be. */
const NOBODYS = 'orgsync-diagnosis-none';
/** Of the form of Authing's ids (24 hex digits), and nobody's. */
const NO_ONE = '0'.repeat(24);

interface Probe {
  /** What it is refused for once the key has the right. */
  proof: ProblemCode[];
  /** True when it would leave something if it were not refused. */
  leaves: boolean;
  /** Why each item was refused; null for one that was not. */
  ask: (writer: TargetWriter) => Promise<(Problem | null)[]>;
}

const probes: Probe[] = [
  // A department in an organisation that does not exist (404).
  {
    proof: ['TARGET_ORGANIZATION_NOT_FOUND'],
    leaves: true,
    async ask(writer) {
      const asked = { key: NOBODYS, name: NOBODYS, parentId: 'root' };
      return [await refusalOf(writer.createDepartment(NOBODYS, asked))];
    },
  },
  // People without any identifier (400, "Must contain one of the following fields: username, phone, email")
  // in a department that does not exist (404): refused for two reasons, so that one rule that a pool does
  // not keep still creates nobody. Two of them, as one alone does not go the way of an import.
  {
    proof: ['DATA_IDENTIFIER_MISSING', 'DATA_DEPARTMENT_GONE'],
    leaves: true,
    async ask(writer) {
      const asked = [1, 2].map((number) => ({
        key: `${NOBODYS}-${number}`,
        fields: {},
        departmentIds: [NOBODYS],
      }));
      return refusalsOf(writer.createPeople(asked));
    },
  },
  // A change of people who do not exist (404).
  {
    proof: ['DATA_PERSON_GONE'],
    leaves: false,
    ask(writer) {
      const asked = [NO_ONE, NO_ONE.replace(/0$/, '1')].map((id) => ({ id, fields: {} }));
      return refusalsOf(writer.updatePeople(asked));
    },
  },
  // Somebody who does not exist, into a department that does not, of an organisation that does not (404).
  {
    proof: ['TARGET_ORGANIZATION_NOT_FOUND', 'DATA_DEPARTMENT_GONE', 'DATA_PERSON_GONE'],
    leaves: false,
    ask: async (writer) => [await refusalOf(writer.addMembers(NOBODYS, NOBODYS, [NO_ONE]))],
  },
];

/** Throws the problem of a right that is missing. */
export async function mayWrite(writer: TargetWriter): Promise<Finding> {
  let proved = true;
  for (const { proof, leaves, ask } of probes) {
    const refusals = await ask(writer);
    // It should be impossible, and must not be passed over in silence.
    if (leaves && refusals.includes(null)) {
      return { warning: problem('TARGET_PROBE_ACCEPTED', { field: NOBODYS }) };
    }
    for (const it of refusals) {
      if (it === null || proof.includes(it.code)) continue;
      if (it.kind === 'config') throw new ProblemError(it);
      proved = false;
    }
  }
  return proved ? {} : { warning: problem('TARGET_WRITE_NOT_PROVED') };
}

/** Why a write was refused, or null when it was not. */
async function refusalOf(write: Promise<unknown>): Promise<Problem | null> {
  try {
    await write;
    return null;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problem;
  }
}

/** The same for a batch, which is refused as a whole or item by item. */
async function refusalsOf(
  write: ReturnType<TargetWriter['createPeople']>,
): Promise<(Problem | null)[]> {
  try {
    return (await write).map((it) => (it.outcome === 'done' ? null : it.problem));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return [error.problem];
  }
}
