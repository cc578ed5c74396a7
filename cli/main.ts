/** `orgsync`: finds the command, reads its options, and turns what goes wrong into words and an exit code. */
import { parseArgs } from 'node:util';
import { cliSay } from '../model/words-cli.ts';
import { optionWords } from '../model/words-options.ts';
import type { Language } from '../model/words.ts';
import { ConfigError, loadConfig } from '../runtime/config.ts';
import { ApiAway, ApiProblem } from './api-client.ts';
import { connectionAdd, connectionList, connectionShow } from './command-connection.ts';
import { doctor } from './command-doctor.ts';
import { importCommand, runList, runShow, runWatch, sync } from './command-run.ts';
import { CliContext, CliFault, EXIT } from './command.ts';
import type { Command, Options } from './command.ts';
import { nearest } from './nearest.ts';
import { showProblem } from './watch.ts';

const commands: Command[] = [
  doctor,
  connectionAdd,
  connectionList,
  connectionShow,
  importCommand,
  sync,
  runList,
  runShow,
  runWatch,
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

function optionsOf(command: Command, args: string[]): { values: Options; positionals: string[] } {
  const strings = command.options.map((name) => [name, { type: 'string' as const }]);
  const flags = [...(command.flags ?? []), 'json', 'help'];
  const booleans = flags.map((name) => [name, { type: 'boolean' as const }]);
  const options = Object.fromEntries([...strings, ...booleans]) as never;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  return { values: values, positionals };
}

/** `--lang` may stand anywhere, also before the command. */
function languageOf(typed: string[], otherwise: Language): { rest: string[]; language: Language } {
  const at = typed.indexOf('--lang');
  if (at < 0) return { rest: typed, language: otherwise };
  const asked = typed[at + 1];
  if (asked !== 'en' && asked !== 'zh') throw new CliFault('--lang en|zh');
  return { rest: [...typed.slice(0, at), ...typed.slice(at + 2)], language: asked };
}

async function main(typed: string[]): Promise<number> {
  const config = loadConfig('cli');
  const { rest: argv, language } = languageOf(typed, config.language);
  const words = argv.filter((it) => !it.startsWith('-'));
  if (words.length === 0) {
    process.stdout.write(`${overview(language)}\n`);
    return argv.length === 0 || argv.includes('--help') ? EXIT.done : EXIT.usage;
  }
  const command = find(argv);
  if (!command) {
    const name = argv
      .slice(0, 2)
      .filter((it) => !it.startsWith('-'))
      .join(' ');
    const near = nearest(
      name,
      commands.map((it) => it.name),
    );
    const hint = near ? ` ${cliSay('near', language, { name: near })}` : '';
    throw new CliFault(`${cliSay('unknown', language, { name })}${hint}`);
  }
  const { values, positionals } = readOptions(command, argv);
  if (values['help'] === true) {
    process.stdout.write(`${help(command, language)}\n`);
    return EXIT.done;
  }
  const args = positionals.slice(command.name.split(' ').length);
  const missing = command.takes[args.length];
  if (missing !== undefined) throw new CliFault(cliSay('missing', language, { name: missing }));
  const context = new CliContext(config, language, values['json'] === true);
  try {
    return await command.run(context, args, values);
  } catch (error) {
    return explain(error, context);
  }
}

function readOptions(command: Command, argv: string[]): { values: Options; positionals: string[] } {
  try {
    return optionsOf(command, argv);
  } catch (error) {
    throw new CliFault(error instanceof Error ? error.message : 'wrong options');
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  if (error instanceof CliFault) process.exitCode = error.exitCode;
  else process.exitCode = error instanceof ConfigError ? EXIT.config : EXIT.failed;
}
