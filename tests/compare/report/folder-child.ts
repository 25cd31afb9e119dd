import { readFileSync } from 'node:fs';
import { writeWholeFolder } from '../../../compare/report/whole-folder.ts';

/** Writes folders of the same files again and again, until it is killed. Says when the first one begins. */
const [, , parent = '', source = '', times = '1'] = process.argv;
const text = readFileSync(source, 'utf8');
const files = { 'compare.html': `${text}html`, 'compare.json': `${text}json`, 'compare.md': `${text}md` };
process.stdout.write('begins\n');
for (let time = 0; time < Number(times); time++) writeWholeFolder(parent, 'load', files);
