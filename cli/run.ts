/** Finds the command that was typed, reads its options, and turns what goes wrong into words and an exit code. */
import { nearest } from '../model/nearest.ts';
import { cliSay } from '../model/words-cli.ts';
import { optionWords } from '../model/words-options.ts';
import type { Language } from '../model/words.ts';
import type { Config } from '../runtime/config.ts';
import { productVersion } from '../runtime/version.ts';
import { ApiAway, ApiProblem } from './api-client.ts';
import { completion } from './command-completion.ts';
import { connectionRemove, connectionSet } from './command-change.ts';
import { connectionAdd, connectionList, connectionShow } from './command-connection.ts';
import { doctor } from './command-doctor.ts';
import { eventsDisable, eventsEnable, eventsList, eventsShow } from './command-events.ts';
import { exportChanges, exportDepartments, exportProblems, exportRuns } from './command-export.ts';
import { installationCommands } from './command-installation.ts';
import { plan, planShow } from './command-plan.ts';
import { runRetry } from './command-retry.ts';
import { importCommand, runList, runShow, runWatch, sync } from './command-run.ts';
import { trace } from './command-trace.ts';
import { steerCommands } from './command-steer.ts';
import { CliContext, CliFault, EXIT } from './command.ts';
import type { Command, Terminal } from './command.ts';
import { languageOf, optionsOf, readTyped } from './options.ts';
import { showProblem } from './watch.ts';

export const commands: Command[] = [
  doctor,
  connectionAdd,
  connectionList,
  connectionShow,
  connectionSet,
  connectionRemove,
  plan,
  planShow,
  importCommand,
  sync,
  trace,
  eventsEnable,
  eventsDisable,
  eventsList,
  eventsShow,
  runList,
  runShow,
  runWatch,
  runRetry,
  ...steerCommands,
  exportRuns,
  exportDepartments,
  exportProblems,
  exportChanges,
  ...installationCommands,
  completion(() => commands),
];

function overview(language: Language): string {
  const rows = commands.map((it) => {
    const call = [it.name, ...it.takes].join(' ');
    return `  ${call.padEnd(34)} ${cliSay(it.summary, language)}`;
  });
  return [
    cliSay('intro', language),
    '',
    cliSay('usage', language),
    '',
    `${cliSay('examples', language)}`,
    '  orgsync doctor',
    '  orgsync import --connection feihua',
    '',
    cliSay('commands', language),
    ...rows,
    '',
    cliSay('everywhere', language),
  ].join('\n');
}

function help(command: Command, language: Language): string {
  const all = [...command.options, ...(command.flags ?? [])];
  const rows = all.map((name) => `  --${name.padEnd(18)} ${optionWords[name][language]}`);
  return [
    `orgsync ${[command.name, ...command.takes].join(' ')}: ${cliSay(command.summary, language)}`,
    '',
    cliSay('examples', language),
    ...command.examples.map((it) => `  ${it}`),
    ...(rows.length > 0 ? ['', cliSay('options', language), ...rows] : []),
    ...(command.json ? ['', cliSay('jsonFields', language, { shape: command.json })] : []),
    '',
    cliSay('everywhere', language),
  ].join('\n');
}

/** The longest command whose words stand at the front. */
function find(words: string[]): Command | undefined {
  return commands
    .filter((it) => it.name.split(' ').every((word, at) => words[at] === word))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

/** Names the commands that begin with what was typed, else the one nearest to it. */
function unknownCommand(words: string[], language: Language): string {
  const names = commands.map((it) => it.name);
  const typed = words.slice(0, 2);
  const said = cliSay('unknown', language, { name: typed.join(' ') });
  const family = typed.length === 1 ? names.filter((it) => it.startsWith(`${typed[0]} `)) : [];
  if (family.length > 0)
    return `${said} ${cliSay('family', language, { names: family.join(', ') })}`;
  const near = nearest(typed.join(' '), names) ?? nearest(typed[0] ?? '', names);
  return near ? `${said} ${cliSay('near', language, { name: near })}` : said;
}

/**
 * Runs one command; returns its exit code.
 * @throws {CliFault} for wrong use, with the sentence to show
 */
export async function orgsync(argv: string[], config: Config, where: Terminal): Promise<number> {
  const typed = readTyped(argv, commands);
  const language = languageOf(typed, config.language);
  const asksHelp = typed.words[0] === 'help';
  const words = asksHelp ? typed.words.slice(1) : typed.words;
  const command = find(words);
  const options = optionsOf(typed, command ?? null, commands, language);
  if (options['version'] === true) {
    where.out(`orgsync ${productVersion()}\n`);
    return EXIT.done;
  }
  if (words.length === 0) {
    where.out(`${overview(language)}\n`);
    const asked = argv.length === 0 || asksHelp || options['help'] === true;
    return asked ? EXIT.done : EXIT.usage;
  }
  if (!command) throw new CliFault(unknownCommand(words, language));
  if (asksHelp || options['help'] === true) {
    where.out(`${help(command, language)}\n`);
    return EXIT.done;
  }
  const args = words.slice(command.name.split(' ').length);
  const missing = command.takes[args.length];
  if (missing !== undefined) throw new CliFault(cliSay('missing', language, { name: missing }));
  const extra = args[command.takes.length];
  if (extra !== undefined) throw new CliFault(cliSay('tooMuch', language, { name: extra }));
  const context = new CliContext(config, language, options['json'] === true, where);
  try {
    return await command.run(context, args, options);
  } catch (error) {
    return explain(error, context);
  }
}

function explain(error: unknown, context: CliContext): number {
  if (error instanceof ApiProblem) {
    showProblem(error.words, context.language, context.talk);
    return error.words.kind === 'config' ? EXIT.config : EXIT.failed;
  }
  if (error instanceof ApiAway) {
    context.talk(context.say('apiAway', { url: context.url }));
    return EXIT.failed;
  }
  throw error;
}
