/** Runs and their problems: every run is a document from its first moment, also one that could not start. */
import { randomUUID } from 'node:crypto';
import type { ObjectRef } from '../model/directory.ts';
import type { Problem } from '../model/problem.ts';
import type {
  Run,
  RunDepartment,
  RunProblem,
  RunStage,
  RunStatus,
  RunTrigger,
} from '../model/run.ts';
import type { Collections, RunDocument, RunProblemDocument } from './documents.ts';
import { guard } from './database.ts';
import { below, departmentsOf, keepDepartments, treeKnown } from './run-departments.ts';
import { ENDED, createSteering } from './steering.ts';
import type { Steering } from './steering.ts';

/** What is left out asks for all. */
export interface RunFilter {
  connection?: string;
  status?: RunStatus[];
  trigger?: RunTrigger[];
}

export interface Runs extends Steering {
  /** Ids sort by time (the second, then three digits for the millisecond), are short enough to say, and never given twice. */
  newId(): string;
  create(run: Run): Promise<void>;
  get(id: string): Promise<Run | null>;
  /** Newest first: ids of runs sort by time. @param before id of the run behind which the list goes on */
  list(filter: RunFilter, limit: number, before?: string): Promise<Run[]>;
  /** The runs of a connection that have not ended, oldest first: one is under way, branches may wait behind it. */
  unfinished(connection: string): Promise<Run[]>;
  stage(id: string, stage: RunStage, status?: RunStatus): Promise<void>;
  addCalls(id: string, calls: Partial<Run['calls']>): Promise<void>;
  addProblems(id: string, problems: { problem: Problem; object?: ObjectRef }[]): Promise<void>;
  /** A problem that turned out solved in the same run. */
  dropProblems(id: string, objects: ObjectRef[]): Promise<void>;
  problems(id: string): Promise<RunProblem[]>;
  /** Some of them in a fixed order, each with its place in it. @param after the place behind which to go on */
  problemPage(id: string, limit: number, after?: string): Promise<PlacedProblem[]>;
  problemCount(id: string): Promise<number>;
  /** Those of one object alone. */
  problemsOf(id: string, object: ObjectRef): Promise<RunProblem[]>;
  /** Those of one object over all runs and connections, newest first. */
  problemsAbout(object: ObjectRef, limit: number): Promise<(RunProblem & { run: string })[]>;
  departments(id: string): Promise<RunDepartment[]>;
  /** True when every department of the run is known. */
  treeKnown(id: string): Promise<boolean>;
}

export interface PlacedProblem extends RunProblem {
  place: string;
}

/** Above every sign that ids are made of. */
const LAST = '\uffff';

const toProblem = ({ problem, object, tries, at }: RunProblemDocument): RunProblem => ({
  ...{ problem, tries, at },
  ...(object ? { object } : {}),
});

function toRun(document: RunDocument): Run {
  const { _id, closed: _closed, swept: _swept, ...rest } = document;
  return { id: _id, ...rest };
}

/** One line for each object, code and field: a person may go without two values for two reasons. */
const problemKey = (run: string, { code, detail }: Problem, object?: ObjectRef): string =>
  objectKey(run, object) + code + (detail.field ? `/${detail.field}` : '');

const objectKey = (run: string, object?: ObjectRef): string =>
  object ? `${run}/${object.kind}/${object.id}/` : `${run}/run/`;

async function addProblems(
  c: Collections,
  run: string,
  problems: { problem: Problem; object?: ObjectRef }[],
): Promise<void> {
  if (problems.length === 0) return;
  const at = new Date().toISOString();
  await guard(() =>
    c.problems.bulkWrite(
      problems.map(({ problem, object }) => ({
        updateOne: {
          filter: { _id: problemKey(run, problem, object) },
          update: { $set: { run, problem, ...(object ? { object } : {}), at }, $inc: { tries: 1 } },
          upsert: true,
        },
      })),
    ),
  );
}

type Problems = Pick<
  Runs,
  | 'addProblems'
  | 'dropProblems'
  | 'problems'
  | 'problemPage'
  | 'problemsOf'
  | 'problemsAbout'
  | 'problemCount'
>;

function problems(c: Collections): Problems {
  return {
    addProblems: (id, problems) => addProblems(c, id, problems),
    async dropProblems(id, objects) {
      const prefixes = objects.map((object) => objectKey(id, object));
      await guard(async () => {
        for (const prefix of prefixes) {
          await c.problems.deleteMany({ _id: { $gte: prefix, $lt: `${prefix}~` } });
        }
      });
    },
    async problems(id) {
      const found = await guard(() => c.problems.find({ _id: below(id) }).toArray());
      return found.map(toProblem);
    },
    async problemPage(id, limit, after = '') {
      const range = { $gt: `${id}/${after}`, $lt: `${id}0` };
      const found = await guard(() =>
        c.problems.find({ _id: range }).sort({ _id: 1 }).limit(limit).toArray(),
      );
      return found.map((it) => ({ ...toProblem(it), place: it._id.slice(id.length + 1) }));
    },
    async problemsOf(id, object) {
      const prefix = objectKey(id, object);
      const range = { $gte: prefix, $lt: `${prefix}~` };
      return (await guard(() => c.problems.find({ _id: range }).toArray())).map(toProblem);
    },
    async problemsAbout({ kind, id }, limit) {
      const about = c.problems.find({ 'object.id': id, 'object.kind': kind });
      const found = await guard(() => about.sort({ at: -1 }).limit(limit).toArray());
      return found.map((it) => ({ ...toProblem(it), run: it.run }));
    },
    problemCount: (id) => guard(() => c.problems.countDocuments({ _id: below(id) })),
  };
}

function newId(): string {
  const now = new Date();
  const time = now.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const millisecond = now.getUTCMilliseconds().toString(16).padStart(3, '0');
  return `${time}-${millisecond}${randomUUID().slice(0, 5)}`;
}

/** The runs of a database. */
export function createRuns(c: Collections): Runs {
  const steering = createSteering(c);
  return {
    ...steering,
    async end(id, change, closed) {
      await steering.end(id, change, closed);
      await keepDepartments(c, id);
    },
    newId,
    async create(run) {
      const { id, ...rest } = run;
      await guard(() => c.runs.insertOne({ _id: id, ...rest }));
    },
    async get(id) {
      const found = await guard(() => c.runs.findOne({ _id: id }));
      return found ? toRun(found) : null;
    },
    async list({ connection, status, trigger }, limit, before = LAST) {
      const filter = {
        _id: { $lt: before },
        ...(connection === undefined ? {} : { connection }),
        ...(status === undefined ? {} : { status: { $in: status } }),
        ...(trigger === undefined ? {} : { trigger: { $in: trigger } }),
      };
      const found = await guard(() => c.runs.find(filter).sort({ _id: -1 }).limit(limit).toArray());
      return found.map(toRun);
    },
    async unfinished(connection) {
      const found = await guard(() =>
        c.runs
          .find({ connection, status: { $nin: ENDED } })
          .sort({ startedAt: 1 })
          .toArray(),
      );
      return found.map(toRun);
    },
    async stage(id, stage, status) {
      await guard(() =>
        c.runs.updateOne(
          { _id: id, status: { $nin: ENDED } },
          { $set: { stage, ...(status ? { status } : {}) } },
        ),
      );
    },
    async addCalls(id, calls) {
      const increments = Object.entries(calls).filter(([, n]) => n > 0);
      if (increments.length === 0) return;
      const $inc = Object.fromEntries(increments.map(([name, n]) => [`calls.${name}`, n]));
      await guard(() => c.runs.updateOne({ _id: id }, { $inc }));
    },
    ...problems(c),
    departments: (id) => departmentsOf(c, id),
    treeKnown: (id) => treeKnown(c, id),
  };
}
