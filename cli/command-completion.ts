/** `orgsync completion bash|zsh|fish`: a script that completes commands and options, made from the commands themselves. */
import { CliFault, EXIT } from './command.ts';
import type { Command } from './command.ts';

const EVERYWHERE = ['json', 'lang', 'help'];

/** Words that may follow what was typed, by what was typed; "" stands for nothing yet. */
function followers(commands: Command[]): Map<string, string[]> {
  const after = new Map<string, Set<string>>();
  const add = (before: string, word: string): void => {
    after.set(before, (after.get(before) ?? new Set()).add(word));
  };
  for (const { name, options, flags = [] } of commands) {
    const words = name.split(' ');
    words.forEach((word, at) => add(words.slice(0, at).join(' '), word));
    for (const option of [...options, ...flags, ...EVERYWHERE]) add(name, `--${option}`);
  }
  for (const option of [...EVERYWHERE, 'version']) add('', `--${option}`);
  return new Map([...after].map(([before, words]) => [before, [...words].sort()]));
}

function cases(commands: Command[]): string {
  return [...followers(commands)]
    .map(([before, words]) => `    ${JSON.stringify(before)}) words="${words.join(' ')}" ;;`)
    .join('\n');
}

/** The longest beginning that is known decides; bash has no dictionaries in its old versions. */
function bash(commands: Command[]): string {
  return `# source <(orgsync completion bash)
_orgsync_words() {
  local words=""
  case "$1" in
${cases(commands)}
  esac
  printf '%s' "$words"
}
_orgsync() {
  local current="\${COMP_WORDS[COMP_CWORD]}" typed="" found word words
  found="$(_orgsync_words "")"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    typed="\${typed:+$typed }$word"
    words="$(_orgsync_words "$typed")"
    [ -n "$words" ] && found="$words"
  done
  COMPREPLY=($(compgen -W "$found" -- "$current"))
}
complete -F _orgsync orgsync
`;
}

function zsh(commands: Command[]): string {
  return `# source <(orgsync completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash(commands).replace(/^#.*\n/, '')}`;
}

function fish(commands: Command[]): string {
  const lines = [...followers(commands)].flatMap(([before, words]) =>
    words.map((word) => {
      const seen = before
        .split(' ')
        .filter(Boolean)
        .map((it) => `__fish_seen_subcommand_from ${it}`)
        .join('; and ');
      const when = before === '' ? '__fish_use_subcommand' : seen;
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c orgsync -f -n '${when}' ${what}`;
    }),
  );
  return `# orgsync completion fish > ~/.config/fish/completions/orgsync.fish\n${lines.join('\n')}\n`;
}

const shells: Record<string, (commands: Command[]) => string> = { bash, zsh, fish };

/** @param all the commands there are, asked for when needed, for this one is among them */
export function completion(all: () => Command[]): Command {
  return {
    name: 'completion',
    summary: 'sayCompletion',
    takes: ['SHELL'],
    options: [],
    examples: ['source <(orgsync completion bash)', 'orgsync completion fish'],
    run(context, [shell = '']) {
      const make = shells[shell];
      if (!make) throw new CliFault(context.say('shellWhat'));
      context.text(make(all()));
      return Promise.resolve(EXIT.done);
    },
  };
}
