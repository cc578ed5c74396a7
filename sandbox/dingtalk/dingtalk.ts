/** DingTalk as one vendor: several companies, one token table, one set of switches and limits. */
import type { Clock } from '../clock.ts';
import type { Vendor } from '../exchange.ts';
import type { CompanyData } from './company.ts';
import type { Core } from './core.ts';
import { tokenInterface } from './credentials.ts';
import { companyData, openCompany } from './directory.ts';
import type { Company } from './directory.ts';
import { createLimits } from './limits.ts';
import { createEvents } from './events.ts';
import type { Post } from './callback-push.ts';
import { ownFaults } from './own-faults.ts';
import { respond } from './respond.ts';
import { createStream } from './stream.ts';
import { applySwitches, defaultSwitches } from './switches.ts';
import { createTokens } from './tokens.ts';
import type { Token } from './tokens.ts';

export interface DingTalkOptions {
  clock: Clock;
  /** From 0 up to and without 1; decides random orders and the throttles at the top of an hour. */
  random: () => number;
  /** How pushed events leave. */
  post: Post;
  /** The port on this machine where the vendor listens. */
  port: () => number;
}

export interface DingTalk extends Vendor {
  core: Core;
  addCompany(data: CompanyData): Company;
}

interface Snapshot {
  companies: CompanyData[];
  tokens: Token[];
  /** Events that could not be pushed; left out by versions that sent none. */
  failed?: unknown;
}

export function createDingTalk(options: DingTalkOptions): DingTalk {
  const { clock, random, post, port } = options;
  const switches = defaultSwitches();
  const stream = createStream({ clock, random, switches });
  const core: Core = {
    companies: new Map(),
    tokens: createTokens(),
    limits: createLimits(switches, random),
    switches,
    clock,
    random,
    callers: new Map(),
    port,
    stream,
    events: createEvents({ clock, random, switches, stream, post }),
    epoch: 0,
  };

  function addCompany(data: CompanyData): Company {
    const company = openCompany(data);
    core.companies.set(company.corpId, company);
    return company;
  }

  return {
    side: 'dingtalk',
    core,
    addCompany,
    configure(change) {
      applySwitches(switches, change);
      core.epoch += 1;
      core.events.release();
    },
    handle: (request) => respond(core, request, {}),
    interfaceOf: ({ path }) =>
      tokenInterface(path)?.name ?? path.replace(/^\/(topapi\/|v1\.0\/)?(v2\/)?/, ''),
    snapshot: (): Snapshot => ({
      companies: [...core.companies.values()].map(companyData),
      tokens: core.tokens.list(),
      failed: core.events.failed.snapshot(),
    }),
    restore(state) {
      const saved = state as Snapshot;
      core.companies.clear();
      for (const data of saved.companies) addCompany(data);
      core.tokens.restore(saved.tokens);
      core.events.failed.restore(saved.failed);
    },
    settings: () => ({ ...switches }),
    ownFaults: ownFaults(core),
  };
}
