import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import ts from 'typescript';

/** Files under a folder, in order, without what is installed, built or hidden; none when it is not there. */
export const filesUnder = (folder: string): string[] => {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
};

/** Whether a file is a program of ours. */
export const isCode = (file: string): boolean => /\.[cm]?[jt]s$/.test(file);

const countTokens = (text: string, name: string): number => {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const rows = text.split('\n');
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(file);
    for (const child of children) visit(child);
    if (children.length > 0 || node.getWidth(file) === 0) return;
    const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
    const last = file.getLineAndCharacterOfPosition(node.getEnd()).line;
    for (let line = first; line <= last; line++) if (rows[line]?.trim()) lines.add(line);
  };
  visit(file);
  return lines.size;
};

/**
 * The lines of a text that say something: neither blank nor only comment. TypeScript and JavaScript are read by TypeScript's
 * parser, so that a comment within a text of several lines is none; in everything else a comment begins with `#`.
 */
export const linesOf = (text: string, name: string): number => {
  if (isCode(name)) return countTokens(text, name);
  const isComment = (line: string): boolean => extname(name) !== '.http' && line.startsWith('#');
  return text.split('\n').filter((line) => line.trim() !== '' && !isComment(line.trim())).length;
};

/** Files, and lines of all of them. */
export const sizeOf = (files: readonly string[]): { files: number; lines: number } => ({
  files: files.length,
  lines: files.reduce((sum, file) => sum + linesOf(readFileSync(file, 'utf8'), file), 0),
});
