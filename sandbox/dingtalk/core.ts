/** What all of DingTalk's parts share: its companies, tokens, limits, switches and clock. */
import type { Clock } from '../clock.ts';
import type { Company } from './directory.ts';
import type { Limits } from './limits.ts';
import type { Switches } from './switches.ts';
import type { Tokens } from './tokens.ts';

export interface Core {
  companies: Map<string, Company>;
  tokens: Tokens;
  limits: Limits;
  switches: Switches;
  clock: Clock;
  random: () => number;
  /** Companies seen per egress address, for 90017. */
  callers: Map<string, Set<string>>;
  /** Counts changes of switches; what was serialised before one is stale. */
  epoch: number;
}
