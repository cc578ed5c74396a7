/** `orgsync plan` and `plan show`: what an import would do, in numbers and object by object; nothing is changed. */
import { writesOf } from '../model/plan.ts';
import type { FieldChange, Plan, PlanChange } from '../model/plan.ts';
import { PLAN_CHANGES } from '../model/plan.ts';
import { planChangeWords } from '../model/words-cli.ts';
import { column } from './columns.ts';
import { exitCode, follow, scopeOf } from './command-run.ts';
import { EXIT } from './command.ts';
import type { CliContext, Command } from './command.ts';
import { peopleQuery } from './command-trace.ts';
import { showEnd } from './watch.ts';
import type { ProblemView } from './views.ts';

interface PlanItemView {
  kind: 'department' | 'person';
  id: string;
  name: string;
  changes: PlanChange[];
  fields: FieldChange[];
  enter: string[];
  leave: string[];
  problem: ProblemView | null;
}

/** One line for each kind of change that there is. */
function counted({ counts }: Pick<Plan, 'counts'>, { language, say }: CliContext): string[] {
  const { department, person } = counts;
  return PLAN_CHANGES.filter((it) => department[it] + person[it] > 0).map((it) => {
    const objects = { departments: department[it], people: person[it] };
    return `  ${column(planChangeWords[it][language], 20)} ${say('planObjects', objects)}`;
  });
}

export const plan: Command = {
  name: 'plan',
  json: 'Plan',
  summary: 'sayPlan',
  takes: [],
  options: ['connection', 'scope'],
  flags: ['exit-code'],
  examples: ['orgsync plan', 'orgsync plan --scope 300000001 --exit-code --json'],
  async run(context, _args, options) {
    const connection = await context.connection(options);
    const path = `/connections/${encodeURIComponent(connection)}/imports`;
    const asked = { ...scopeOf(options), mode: 'plan' };
    const { run: id } = await context.api.post<{ run: string }>(path, asked);
    context.talk(context.say('planning', { id }));
    const run = await follow(context, id);
    if (run.status !== 'succeeded' && run.status !== 'partly_succeeded') {
      showEnd(run, context.language, context.talk);
      return exitCode(run);
    }
    const found = await context.api.get<Plan>(`/plans/${encodeURIComponent(id)}`);
    const { department, person } = found.counts;
    context.talk(context.say('planRead', { departments: department.read, people: person.read }));
    const changes = writesOf(found);
    context.data(found, () => [
      ...counted(found, context),
      context.say(changes > 0 ? 'planMade' : 'planEmpty', { id, changes }),
    ]);
    context.talk(context.say('seePlan', { id }));
    if (changes > 0) context.talk(context.say('applyPlan', { id }));
    if (options['exit-code'] === true && changes > 0) return EXIT.differs;
    return exitCode(run);
  },
};

export const planShow: Command = {
  name: 'plan show',
  json: 'PlanItems',
  summary: 'sayPlanShow',
  takes: ['ID'],
  options: ['limit', 'after'],
  flags: ['unmasked'],
  examples: [
    'orgsync plan show 20261124085530-2313a937',
    'orgsync plan show 20261124085530-2313a937 --unmasked --json',
  ],
  async run(context, [id = ''], options) {
    const at = `/plans/${encodeURIComponent(id)}`;
    const found = await context.api.get<Plan>(at);
    const page = await context.api.get<{ items: PlanItemView[]; next: string | null }>(
      `${at}/items?${peopleQuery(options).toString()}`,
    );
    context.data(page, () => [
      ...counted(found, context),
      ...page.items.flatMap((it) => itemLines(it, context)),
    ]);
    if (page.next !== null) context.talk(context.say('planMore', { id, after: page.next }));
    const by = found.appliedBy;
    if (by !== null) context.talk(context.say('planApplied', { run: by }));
    else context.talk(context.say('applyPlan', { id }));
    return EXIT.done;
  },
};

function itemLines(item: PlanItemView, context: CliContext): string[] {
  const { language, say } = context;
  const kinds = item.changes.map((it) => planChangeWords[it][language]).join(', ');
  const none = say('planNothing');
  const fields = item.fields.map(
    ({ field, before, after }) => `      ${field}: ${before ?? none} -> ${after ?? none}`,
  );
  const places = [
    ...item.enter.map((it) => `      + ${it}`),
    ...item.leave.map((it) => `      - ${it}`),
  ];
  const why = item.problem ? [`      ${item.problem.code}: ${item.problem.message}`] : [];
  const kind = say(item.kind === 'department' ? 'departmentWord' : 'personWord');
  return [`  ${kinds}: ${kind} ${item.id} ${item.name}`, ...fields, ...places, ...why];
}
