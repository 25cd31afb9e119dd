import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { glue, onlyIn, relays } from './asymmetries.ts';
import { CONTEXTS, filesIn, modulesIn, ROOT, read } from './tree.ts';

const STACKS = ['microservices', 'serverless'] as const;

/** Targets of the relative links in a text of Markdown. */
const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^(https?:|mailto:|#)/.test(link));

/** Files of use cases: the same path under each root. */
const useCaseFiles = STACKS.flatMap((stack) =>
  CONTEXTS.flatMap((context) =>
    modulesIn(`${stack}/${context}`)
      .filter((name) => !(`${name}.ts` in glue[stack]))
      .map((name) => ({ stack, context, name, file: `${stack}/${context}/${name}.ts` })),
  ),
);

describe("README's table of use cases", () => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('|'));

  it('When a stack has a use case, then one row links to it, next to its domain function and its other half', () => {
    for (const { stack, context, name, file } of useCaseFiles) {
      const row = rows.filter((line) => linksOf(line).includes(file));
      expect([file, row.length]).toEqual([file, 1]);
      const links = linksOf(row[0] ?? '');
      const shared = name in relays ? 'shared/events/relay-events.ts' : `shared/${context}/${name}.ts`;
      const alone = name in onlyIn[stack];
      const other = STACKS.find((one) => one !== stack);
      const wanted = alone ? [] : [shared, `${other}/${context}/${name}.ts`];
      expect([file, wanted.filter((link) => !links.includes(link))]).toEqual([file, []]);
    }
  });
});

describe('documents', () => {
  it('When a document links to a file, then it is there', () => {
    const documents = filesIn('.').filter((file) => file.endsWith('.md'));
    const broken = documents.flatMap((file) =>
      linksOf(read(file))
        .map((link) => join(file, '..', link.split('#', 1)[0] ?? ''))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
