/** The rules of the house, held against every file: imports, purity, names, length, and what a repository must not hold. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemWords } from '../model/words.ts';
import { breaksOf, repositoryFiles } from './architecture/repository.ts';
import { table } from './architecture/table.ts';

/** All files are parsed: half a minute while other work takes the processors. */
const SLOW = { timeout: 240_000 };

const files = repositoryFiles();
const text = (path: string) => files.find((it) => it.path === path)?.text;

describe('every file', () => {
  it('keeps the rules of the house (tables: test/architecture/table.ts)', SLOW, () => {
    expect(files.length).toBeGreaterThan(50);
    expect(breaksOf(files)).toEqual([]);
  });

  it('is free of addresses of one machine', () => {
    const machine = /(?<![\w.])\/(root|home|Users|work|private\/var)\/[\w.-]+\/|[A-Z]:\\Users/;
    const found = files
      .filter((it) => it.path !== 'package-lock.json' && machine.test(it.text))
      .map((it) => `${it.path}: ${machine.exec(it.text)?.[0]}`);
    expect(found).toEqual([]);
  });
});

describe('the import table', () => {
  it('names only rows and files that exist', () => {
    const known = (it: string) =>
      it in table || files.some(({ path }) => path === it || path.startsWith(`${it}/`));
    const named = Object.values(table).flatMap((row) => [...row.imports, ...(row.types ?? [])]);
    expect([...Object.keys(table), ...named].filter((it) => !known(it))).toEqual([]);
  });

  it('allows only packages that package.json has', () => {
    const { dependencies } = JSON.parse(text('package.json') ?? '') as {
      dependencies: Record<string, string>;
    };
    const allowed = Object.values(table).flatMap((row) => row.packages);
    const missing = allowed.filter(
      (it) =>
        !it.startsWith('node:') &&
        !Object.keys(dependencies).some((name) => it === name || it.startsWith(`${name}/`)),
    );
    expect(missing).toEqual([]);
  });
});

describe('the installation', () => {
  it('has exact versions and a lock file without addresses of registries', () => {
    const lock = text('package-lock.json') ?? '';
    expect(lock).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
    const { dependencies, devDependencies } = JSON.parse(text('package.json') ?? '') as Record<
      string,
      Record<string, string>
    >;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    }
    expect(text('.npmrc')).not.toMatch(/registry=|_auth/);
  });

  it('has a lock file with every part for every machine, else "npm ci" refuses it', () => {
    const { packages } = JSON.parse(text('package-lock.json') ?? '') as {
      packages: Record<string, Record<string, Record<string, string> | undefined>>;
    };
    /** Node's way: beside the package, then in each folder above it. */
    const isThere = (from: string, name: string): boolean => {
      if (`${from === '' ? '' : `${from}/`}node_modules/${name}` in packages) return true;
      return (
        from !== '' && isThere(from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''), name)
      );
    };
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
        .filter((name) => !isThere(path, name))
        .map((name) => `${path} wants ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('has only scripts whose files exist', () => {
    const { scripts, bin } = JSON.parse(text('package.json') ?? '') as Record<
      string,
      Record<string, string>
    >;
    const named = [...Object.values(scripts ?? {}), ...Object.values(bin ?? {})]
      .flatMap((it) => it.split(' '))
      .filter((it) => /\.(ts|mjs)$/.test(it));
    expect(named.filter((it) => text(it) === undefined)).toEqual([]);
  });

  it('is checked by what a newcomer would run', () => {
    const run = text('.ci/run') ?? '';
    const commands = run.split('\n').filter((line) => /^(npm|npx|node)\b/.test(line));
    expect(commands.map((it) => it.replace(/ <.*/, ''))).toEqual(['npm run check', 'npm test']);
  });
});

describe('the two languages', () => {
  const hanSign = /\p{Script=Han}/u;

  it('of the README have the same headings', () => {
    const levels = (path: string) => {
      const body = readFileSync(path, 'utf8').replace(/```[\s\S]*?```/g, '');
      return body.match(/^#+(?= )/gm);
    };
    if (text('README.zh.md') !== undefined) {
      expect(levels('README.zh.md')).toEqual(levels('README.md'));
      expect(text('README.zh.md')).toMatch(hanSign);
    }
  });

  const consoleNames = ['企业员工手机号信息', '邮箱等个人信息', '事件订阅', 'HTTP推送'];

  it('have all sentences of every problem', () => {
    for (const [code, { en, zh }] of Object.entries(problemWords)) {
      for (const part of ['what', 'means', 'remedy'] as const) {
        expect(en[part], `${code} en ${part}`).toMatch(/^\S[\s\S]{8,}[.!?]$/);
        // DingTalk's console is Chinese, so names that must be found there stay as they are.
        const plain = consoleNames.reduce((rest, name) => rest.replaceAll(name, ''), en[part]);
        expect(plain, `${code} en ${part}`).not.toMatch(hanSign);
        expect(zh[part], `${code} zh ${part}`).toMatch(hanSign);
        expect(zh[part], `${code} zh ${part}`).toMatch(/[。！？]$/);
      }
      const blanks = (of: typeof en) =>
        [...`${of.what}${of.means}${of.remedy}`.matchAll(/\{\w+\}/g)].map(String).sort();
      expect(blanks(zh), `${code}: filled from the same facts`).toEqual(blanks(en));
    }
  });

  it('have no problem that nothing can raise', () => {
    const raising = files
      .filter(({ path }) => /\.ts$/.test(path) && !/^(test|bench|model\/words)/.test(path))
      .map((it) => it.text)
      .join('\n');
    const unused = Object.keys(problemWords).filter((code) => !raising.includes(`'${code}'`));
    if (unused.length > 0) process.stderr.write(`Problems nothing raises: ${unused.join(', ')}\n`);
  });
});
