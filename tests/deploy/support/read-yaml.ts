import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';

/**
 * The documents of a YAML file. Kubernetes' tools read YAML 1.1 for the most part (`yes` is true, 0440 is 288), others
 * 1.2: a file that the two read differently is refused.
 *
 * @throws Error for a file that is no YAML, has a key twice, or reads differently in the two versions
 */
export const readYaml = (file: string): unknown[] => {
  const text = readFileSync(file, 'utf8');
  const read = (version: '1.1' | '1.2'): unknown[] => {
    const documents = parseAllDocuments(text, { version, uniqueKeys: true });
    return [...documents].map((document) => {
      const [error] = document.errors;
      if (error) throw new Error(`${file}: ${error.message}`);
      return document.toJS() as unknown;
    });
  };
  const documents = read('1.2');
  if (!isDeepStrictEqual(read('1.1'), documents)) throw new Error(`${file} reads differently under YAML 1.1`);
  return documents;
};
