import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** The contexts, in the order of the contract. */
export const CONTEXTS = ['auth', 'inventory', 'images', 'orders'] as const;

/** The files of the working tree that are or would be committed, below `folder`, with `/` as separator. */
export const filesIn = (folder: string): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** The TypeScript files directly in a folder, by name without ending. */
export const modulesIn = (folder: string): string[] =>
  filesIn(folder)
    .filter((file) => dirname(file) === folder && file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();

/** The text of a file of the repository. */
export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);

/** The values (not types) that a module exports by declaration: names of consts and functions. */
export const exportsOf = (file: string): string[] => {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest);
  return source.statements.filter(isExported).flatMap((node) => {
    if (ts.isVariableStatement(node)) {
      return node.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ''));
    }
    return ts.isFunctionDeclaration(node) && node.name ? [node.name.text] : [];
  });
};

/** `place-order` as `placeOrder`. */
export const camelCase = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** `place-order` as `PlaceOrder`. */
export const pascalCase = (name: string): string => camelCase(`-${name}`);
