/** Rules about a single file: its opening sentence, its length, its name, purity, the environment, skipped tests. */
import ts from 'typescript';
import { rowOf } from './imports.ts';
import type { Break } from './imports.ts';
import { isCode, lineOf, walk } from './source-file.ts';
import type { RawFile, SourceFile } from './source-file.ts';
import {
  emptyFolders,
  emptyNames,
  LINES_MAX,
  longFiles,
  overseers,
  readsEnvironment,
  table,
} from './table.ts';

/** What a pure file may not name: clocks, chance, timers, the process and its surroundings. */
const IMPURE = new Set([
  'process',
  'console',
  'performance',
  'fetch',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'globalThis',
  'require',
  'eval',
  'Function',
  'Buffer',
  'WebSocket',
  'AbortSignal',
]);

function matches(list: RegExp[], path: string): boolean {
  return list.some((it) => it.test(path));
}

/** True where an identifier names a value of its surroundings, not a property, a key or a declaration. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false;
  if (ts.isBindingElement(parent) && parent.propertyName === node) return false;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  const declares =
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isNamedTupleMember(parent);
  return !declares;
}

function declaredNames(syntax: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  walk(syntax, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isImportSpecifier(node);
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}

/** The current time: `Date.now()`, `Date()` and `new Date()`; a date made from a value is pure. */
function readsClock(node: ts.Node): boolean {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date') {
    return (node.arguments ?? []).length === 0;
  }
  return ts.isCallExpression(node) && /^Date(\.now)?$/.test(node.expression.getText());
}

/** Depends on the machine's language or time zone. */
const LOCAL = /^(toLocale\w*|getTimezoneOffset|get(Full|Hours|Minutes|Date|Day|Month)\w*)$/;

function purityBreaks(file: SourceFile): Break[] {
  const { path, syntax } = file;
  const declared = declaredNames(syntax);
  const breaks: Break[] = [];
  const add = (node: ts.Node, what: string) =>
    breaks.push({ path, line: lineOf(syntax, node), what: `is pure and may not use ${what}` });
  walk(syntax, (node) => {
    if (readsClock(node)) add(node, 'the clock');
    if (ts.isMetaProperty(node)) add(node, 'import.meta');
    if (ts.isPropertyAccessExpression(node)) {
      if (node.getText() === 'Math.random') add(node, 'chance');
      if (LOCAL.test(node.name.text))
        add(node, `${node.name.text} (language or zone of the machine)`);
    }
    if (ts.isIdentifier(node) && IMPURE.has(node.text) && isFreeName(node)) {
      if (!declared.has(node.text)) add(node, node.text);
    }
  });
  return breaks;
}

/** `process.env` in any spelling, and `env` imported from Node's process module. */
function environmentBreaks({ path, syntax, imports }: SourceFile): Break[] {
  if (matches(readsEnvironment, path) || !path.includes('/')) return [];
  const what = 'reads the environment; only runtime/ may';
  const breaks: Break[] = [];
  walk(syntax, (node) => {
    const at = { path, line: lineOf(syntax, node), what };
    const isProcess = (it: ts.Node) => /^(globalThis\.)?process$/.test(it.getText());
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'env') {
      if (isProcess(node.expression)) breaks.push(at);
    } else if (ts.isElementAccessExpression(node) && isProcess(node.expression)) {
      breaks.push(at);
    } else if (ts.isVariableDeclaration(node) && node.initializer && isProcess(node.initializer)) {
      breaks.push(at);
    }
  });
  for (const it of imports) {
    if (/^(node:)?process$/.test(it.specifier)) breaks.push({ path, line: it.line, what });
  }
  return breaks;
}

const TESTS = new Set(['it', 'test', 'describe']);
const SKIPS = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails']);
const OLD_SKIPS = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe']);

function skippedTests({ path, syntax }: SourceFile): Break[] {
  const breaks: Break[] = [];
  walk(syntax, (node) => {
    const at = { path, line: lineOf(syntax, node) };
    if (ts.isPropertyAccessExpression(node) && SKIPS.has(node.name.text)) {
      const base = node.expression.getText().split('.')[0] ?? '';
      if (TESTS.has(base))
        breaks.push({ ...at, what: `leaves tests out with ${base}.${node.name.text}` });
    }
    if (ts.isCallExpression(node) && OLD_SKIPS.has(node.expression.getText())) {
      breaks.push({ ...at, what: `leaves tests out with ${node.expression.getText()}` });
    }
  });
  return breaks;
}

/** The first thing in a file is a comment that says in one sentence what the file is. */
function openingBreaks({ path, text }: RawFile): Break[] {
  const body = text.replace(/^#!.*\n/, '');
  const block = /^\/\*\*?([\s\S]*?)\*\//.exec(body)?.[1];
  const lines = /^((?:\/\/.*\n)+)/.exec(body)?.[1];
  const opening = (block ?? lines ?? '').replace(/^\s*(\/\/|\*)/gm, ' ').trim();
  const isSentence = opening.length >= 20 && /^[A-Za-z`.]/.test(opening) && /[.:;]/.test(opening);
  return isSentence
    ? []
    : [{ path, line: 1, what: 'does not open with a sentence that says what it is' }];
}

function lengthBreaks({ path, text }: RawFile): Break[] {
  const lines = text.replace(/\n$/, '').split('\n').length;
  if (lines <= LINES_MAX || matches(longFiles, path)) return [];
  return [{ path, line: LINES_MAX, what: `has ${lines} lines, more than ${LINES_MAX}` }];
}

function nameBreaks({ path }: RawFile): Break[] {
  const folders = path.split('/').slice(0, -1);
  const name = path.replace(/^.*\/|\..*$/g, '');
  const empty = [
    ...folders.filter((it) => emptyFolders.includes(it)),
    ...[name].filter((it) => emptyNames.includes(it)),
  ][0];
  if (empty === undefined) return [];
  return [{ path, line: 1, what: `"${empty}" does not say what is in it` }];
}

function folderBreaks({ path }: RawFile): Break[] {
  const known = rowOf(path) !== null || !path.includes('/');
  if (known || overseers.some((it) => path.startsWith(`${it}/`))) return [];
  return [{ path, line: 1, what: 'is in a folder that the import table does not know' }];
}

/** Everything about single files that is not as the house wants it; Java and Go files have to open and end in time too. */
export function checkHouse(files: RawFile[], parsed: SourceFile[]): Break[] {
  const written = files.filter((it) => isCode(it.path) || /\.(java|go)$/.test(it.path));
  return [
    ...written.flatMap(openingBreaks),
    ...written.flatMap(lengthBreaks),
    ...written.flatMap(nameBreaks),
    ...written.flatMap(folderBreaks),
    ...parsed.filter((it) => table[rowOf(it.path) ?? '']?.pure === true).flatMap(purityBreaks),
    ...parsed.flatMap(environmentBreaks),
    ...parsed.filter((it) => it.path.startsWith('test/')).flatMap(skippedTests),
  ];
}
