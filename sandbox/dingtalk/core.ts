/** What all of DingTalk's parts share: its companies, tokens, limits, switches and clock. */
import type { Clock } from '../clock.ts';
import type { Company } from './directory.ts';
import type { Events } from './events.ts';
import type { Limits } from './limits.ts';
import type { Stream } from './stream.ts';
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
  events: Events;
  stream: Stream;
  /** The port on this machine where the vendor listens. */
  port: () => number;
  /** Counts changes of switches; what was serialised before one is stale. */
  epoch: number;
}
