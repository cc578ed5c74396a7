/** Addresses about plans: what a run would do, object by object; people are masked unless they are asked for. */
import type { Plan } from '../model/plan.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { ProblemCode } from '../model/problem.ts';
import type { Run } from '../model/run.ts';
import type { Language } from '../model/words.ts';
import type { ApiParts, OpenedItem } from './parts.ts';
import { shownTo } from './personal.ts';
import type { Shown } from './personal.ts';
import { planItemsShape, planShape } from './replies-plan.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { viewProblem } from './run-view.ts';
import { peopleQuery } from './schemas.ts';

export const PLAN_REFUSALS: ProblemCode[] = ['PLAN_UNKNOWN', 'PLAN_OVER', 'PLAN_APPLIED'];

export function planRoutes(parts: ApiParts): Route[] {
  const known = async (id: string): Promise<Plan> => {
    const plan = await parts.plans.get(id);
    if (!plan) throw new ProblemError(problem('PLAN_UNKNOWN'));
    return plan;
  };
  return [
    route('getPlan', 'GET /api/v1/plans/:id', {
      says: 'Shows a plan: what it was made for, until when it may be applied, and what it counts.',
      answer: planShape,
      refuses: ['PLAN_UNKNOWN'],
      async run({ id }) {
        const { walk: _walk, version: _version, ...plan } = await known(id);
        return plan;
      },
    }),
    route('listPlanItems', 'GET /api/v1/plans/:id/items', {
      says: 'Lists the objects a plan would change, page by page, people masked by default.',
      query: peopleQuery,
      answer: planItemsShape,
      refuses: ['PLAN_UNKNOWN', 'SECRET_UNREADABLE'],
      async run({ id, query: { limit, after, people }, language, by }) {
        const found = await parts.planItems(await known(id), limit + 1, after);
        const page = found.slice(0, limit);
        const shown = shownTo(parts.log, people, { by, run: id });
        return {
          items: page.map((it) => viewItem(it, shown, language)),
          next: found.length > limit ? (page.at(-1)?.place ?? null) : null,
        };
      },
    }),
  ];
}

function viewItem(item: OpenedItem, shown: Shown, language: Language) {
  const { kind, id, changes, detail } = item;
  const fields = shown.fields(kind, detail.fields);
  return {
    ...{ kind, id, changes, fields, enter: detail.enter, leave: detail.leave },
    name: shown.value(kind, 'name', detail.name) ?? '',
    problem: detail.problem ? viewProblem(detail.problem, { kind, id }, language) : null,
  };
}

/** What a run that carries out a plan is asked for; refuses at once what its first step would refuse. */
export async function planToApply(
  parts: ApiParts,
  connection: string,
  id: string,
): Promise<Pick<Run, 'scope' | 'plan'>> {
  const { version } = await parts.connections.get(connection);
  const plan = await parts.plans.get(id);
  if (plan?.connection !== connection) throw new ProblemError(problem('PLAN_UNKNOWN'));
  if (plan.appliedBy !== null) throw new ProblemError(problem('PLAN_APPLIED'));
  const over = plan.version !== version || Date.parse(plan.expiresAt) < Date.now();
  if (over) throw new ProblemError(problem('PLAN_OVER'));
  return { scope: plan.scope, plan: id };
}
