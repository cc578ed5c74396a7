/** One file taken apart as far as the rules of the house need it. */
import { posix } from 'node:path';
import ts from 'typescript';

export interface RawFile {
  /** Relative to the root of the repository, with slashes. */
  path: string;
  text: string;
}

export interface Import {
  specifier: string;
  /** Path in the repository for a relative specifier, else null. */
  file: string | null;
  typeOnly: boolean;
  line: number;
  /** Imported names; "*" for a namespace, a dynamic import, or an import for its effect. */
  names: string[];
}

export interface SourceFile extends RawFile {
  syntax: ts.SourceFile;
  imports: Import[];
  /** Names of exported values with their lines. */
  exports: { name: string; line: number }[];
}

export function lineOf(syntax: ts.SourceFile, node: ts.Node): number {
  return syntax.getLineAndCharacterOfPosition(node.getStart(syntax)).line + 1;
}

/** Visits every node below the given one. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function importedNames(node: ts.ImportDeclaration): { names: string[]; typeOnly: boolean } {
  const clause = node.importClause;
  if (clause === undefined) return { names: ['*'], typeOnly: false };
  const names = clause.name ? ['default'] : [];
  const bindings = clause.namedBindings;
  const elements = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
  if (bindings && ts.isNamespaceImport(bindings)) names.push('*');
  names.push(...elements.map((it) => (it.propertyName ?? it.name).text));
  const eachIsType =
    elements.length > 0 && !clause.name && elements.every((element) => element.isTypeOnly);
  return { names, typeOnly: clause.phaseModifier === ts.SyntaxKind.TypeKeyword || eachIsType };
}

/** The import a node stands for: a declaration, a re-export, a dynamic import or an import type. */
function importOf(node: ts.Node): Omit<Import, 'file' | 'line'> | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, ...importedNames(node) };
  }
  if (
    ts.isExportDeclaration(node) &&
    node.moduleSpecifier &&
    ts.isStringLiteral(node.moduleSpecifier)
  ) {
    const clause = node.exportClause;
    const names =
      clause && ts.isNamedExports(clause)
        ? clause.elements.map((it) => (it.propertyName ?? it.name).text)
        : ['*'];
    return { specifier: node.moduleSpecifier.text, names, typeOnly: node.isTypeOnly };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    if (ts.isStringLiteral(literal))
      return { specifier: literal.text, names: ['*'], typeOnly: true };
  }
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    const loads =
      node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(node.expression) && node.expression.text === 'require');
    if (loads && first && ts.isStringLiteralLike(first)) {
      return { specifier: first.text, names: ['*'], typeOnly: false };
    }
  }
  return null;
}

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((it) => it.kind === ts.SyntaxKind.ExportKeyword)
  );
}

function exportedValues(syntax: ts.SourceFile): SourceFile['exports'] {
  const found: SourceFile['exports'] = [];
  for (const node of syntax.statements) {
    if (!isExported(node)) continue;
    const line = lineOf(syntax, node);
    if ((ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) && node.name) {
      found.push({ name: node.name.text, line });
    } else if (ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) {
        if (ts.isIdentifier(name)) found.push({ name: name.text, line });
      }
    }
  }
  return found;
}

/** Takes a file of TypeScript or JavaScript apart. */
export function parse({ path, text }: RawFile): SourceFile {
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  walk(syntax, (node) => {
    const found = importOf(node);
    if (found === null) return;
    const relative = found.specifier.startsWith('.');
    const file = relative ? posix.join(posix.dirname(path), found.specifier) : null;
    imports.push({ ...found, file, line: lineOf(syntax, node) });
  });
  return { path, text, syntax, imports, exports: exportedValues(syntax) };
}

export function isCode(path: string): boolean {
  return /\.(ts|mjs|js)$/.test(path);
}
