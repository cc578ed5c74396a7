/** `orgsync run pause|resume|cancel`: a run that is under way waits, goes on, or ends. */
import type { CliWord } from '../model/words-cli.ts';
import type { Run } from '../model/run.ts';
import { EXIT } from './command.ts';
import type { Command } from './command.ts';

function steering(verb: string, said: CliWord): Command {
  const id = '20261124085530-2313a937';
  return {
    name: `run ${verb}`,
    json: 'RunRow',
    summary: 'saySteer',
    takes: ['ID'],
    options: [],
    examples: [`orgsync run ${verb} ${id}`, `orgsync run ${verb} ${id} --json`],
    async run(context, [run = '']) {
      const after = await context.api.post<Run>(`/runs/${encodeURIComponent(run)}/${verb}`, {});
      context.data(after, () => [context.say(said, { id: after.id })]);
      return EXIT.done;
    },
  };
}

export const steerCommands: Command[] = [
  steering('pause', 'pausing'),
  steering('resume', 'resuming'),
  steering('cancel', 'cancelling'),
];
