/** Which folder may import what: the picture of docs/architecture.md as data. */

export interface Row {
  /** Rows or single files of ours that may be imported as values. */
  imports: string[];
  /** Rows of which only types may be imported: the parts themselves are handed in. */
  types?: string[];
  /** Packages with all their parts; "node:*" stands for Node's own modules. */
  packages: string[];
  /** No clock, chance, timer, input or output. */
  pure?: true;
}

const together = [
  'model',
  'plan',
  'connectors',
  'connectors/dingtalk',
  'connectors/authing',
  'store',
  'activities',
  'workflows',
  'runtime',
];

/** A file belongs to its longest row: "api/main.ts" before "api". A row always imports itself. */
export const table: Record<string, Row> = {
  model: { imports: [], packages: [], pure: true },
  plan: { imports: ['model'], packages: [], pure: true },
  connectors: {
    imports: ['model'],
    packages: ['node:*', 'axios', 'https-proxy-agent', 'ws', 'zod'],
  },
  'connectors/dingtalk': { imports: ['model', 'connectors'], packages: ['node:*', 'zod'] },
  'connectors/authing': { imports: ['model', 'connectors'], packages: ['node:*', 'zod'] },
  store: { imports: ['model'], packages: ['node:*', 'mongodb', 'zod'] },
  activities: {
    imports: ['model', 'plan'],
    types: ['connectors', 'store', 'runtime'],
    packages: ['node:*', '@temporalio/activity', '@temporalio/common'],
  },
  // Temporal runs these files in a sandbox of its own, which refuses Node's modules.
  workflows: {
    imports: ['model', 'plan'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  // The whole folder does nothing but put parts together.
  worker: {
    imports: together,
    packages: ['node:*', '@temporalio/worker', '@temporalio/client'],
  },
  'api/main.ts': {
    imports: [...together, 'api', 'worker/parts.ts', 'worker/recovery.ts', 'worker/start-sync.ts'],
    packages: ['node:*', '@temporalio/client'],
  },
  // A process of its own, so that nothing of the control API can be reached where callbacks come in.
  'api/receiver.ts': {
    imports: ['model', 'connectors/dingtalk', 'store', 'runtime', 'api'],
    packages: ['node:*'],
  },
  api: {
    imports: ['model', 'runtime', 'workflows/messages.ts'],
    types: ['store'],
    packages: ['node:*', 'express', 'zod', '@temporalio/client', '@temporalio/common'],
  },
  // Starts our processes as processes: it imports none of them.
  cli: {
    imports: ['model', 'runtime', 'workflows/messages.ts'],
    types: ['store'],
    packages: ['node:*', 'zod'],
  },
  'cli/orgsync.mjs': { imports: ['engines/ready.mjs'], packages: ['node:fs'] },
  // An independent reading of the vendors; with our code in it, it would repeat our mistakes.
  sandbox: {
    imports: ['sandbox/authing', 'sandbox/dingtalk'],
    packages: ['node:*', '@peculiar/x509', 'ws', 'zod'],
  },
  'sandbox/authing': { imports: ['sandbox'], packages: ['node:*', 'zod'] },
  'sandbox/dingtalk': { imports: ['sandbox'], packages: ['node:*', 'zod'] },
  engines: {
    imports: ['model', 'runtime'],
    packages: [
      'node:*',
      'mongodb',
      'mongodb-memory-server-core',
      'https-proxy-agent',
      'zod',
      'tsx',
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/envconfig',
    ],
  },
  runtime: {
    imports: ['model'],
    packages: [
      'node:*',
      'mongodb',
      'pino',
      'zod',
      '@temporalio/client',
      '@temporalio/envconfig',
      '@temporalio/worker',
    ],
  },
};

/** These check all others, so they may import everything. */
export const overseers = ['test', 'bench'];

/** Files that nobody imports because they are started, or found by a tool. */
export const entryPoints = [
  /^(worker|api|cli|sandbox|engines|bench)\/main\.ts$/,
  /^api\/receiver\.ts$/,
  /^cli\/(demo\.ts|start\.ts|orgsync\.mjs)$/,
  /^engines\/ready\.mjs$/,
  /^runtime\/example\.ts$/,
  // Temporal's bundler begins here; the worker names it by its address.
  /^workflows\/index\.ts$/,
  /^test\/.*(\.test|\.setup)\.ts$/,
  /^test\/.*\/main\.ts$/,
  /^(vitest\.config\.ts|eslint\.config\.js)$/,
];

/** Where the environment may be read; everything else is handed its settings. */
export const readsEnvironment = [
  /^runtime\//,
  // Processes of their own: the first start, before there are settings, and the engines.
  /^engines\/(ready\.mjs|main\.ts)$/,
  /^(test|bench)\//,
];

export const LINES_MAX = 400;
/** Catalogues of words are tables, not logic. */
export const longFiles = [/^model\/words[\w-]*\.ts$/, /^(test|bench)\//];

/** Names of folders and files that do not say what is inside. */
export const emptyNames = ['utils', 'util', 'helpers', 'helper', 'common', 'misc'];
/** Names that say nothing of a folder. */
export const emptyFolders = [...emptyNames, 'lib', 'shared', 'services', 'core'];
