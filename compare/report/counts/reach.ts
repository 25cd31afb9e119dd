import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** The modules that a file loads when it runs: imports of types alone are none. */
const importsOf = (path: string): string[] => {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (node && ts.isStringLiteralLike(node)) names.push(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) {
      add(node.moduleSpecifier);
    }
    if (ts.isExportDeclaration(node) && !node.isTypeOnly) add(node.moduleSpecifier);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
};

/** `@scope/name` or `name` of `name/file.js`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** What entry points load, directly or through other files. */
export type Reach = { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> };

/**
 * Follows the imports of entry points.
 *
 * @param locals where packages of the project itself lie, e.g. `@duet/shared`
 */
export const reachOf = (entries: readonly string[], locals: Readonly<Record<string, string>>): Reach => {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const follow = (path: string): void => {
    if (files.has(path) || !existsSync(path)) return;
    files.add(path);
    for (const name of importsOf(path)) {
      const local = locals[packageOf(name)];
      if (name.startsWith('.')) follow(join(dirname(path), name));
      else if (local) follow(join(local, name.slice(packageOf(name).length)));
      else if (!isBuiltin(name)) packages.add(packageOf(name));
    }
  };
  for (const entry of entries) follow(entry);
  return { files, packages };
};
