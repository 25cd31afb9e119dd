import { describe, expect, it } from 'vitest';
import { embeddedJson, loadReportPage } from '../../../compare/report/html-report.ts';
import { escapeMarkdown, loadReportMarkdown } from '../../../compare/report/markdown-report.ts';
import type { ReportData } from '../../../compare/results/report-data.ts';
import { urlFixture } from './support/fixtures.ts';

const HOSTILE = `</script><script>alert(1)</script><!--<img src=x onerror="alert('2')">|\`*_[x](javascript:alert(3))\u2028&amp;`;

/** A report in which every name that somebody can choose is hostile. */
const hostile = (): ReportData => {
  const data = urlFixture();
  const runs = data.runs.map((run, index) => ({
    ...run,
    id: `${HOSTILE}${index}`,
    shape: HOSTILE,
    target: { ...run.target, name: HOSTILE, about: HOSTILE },
    gates: run.gates.map((gate) => ({ ...gate, says: HOSTILE })),
    invariants: [{ name: HOSTILE, ok: false, says: HOSTILE }],
  }));
  return {
    ...data,
    command: HOSTILE,
    plan: { [HOSTILE]: HOSTILE },
    manifest: { [HOSTILE]: HOSTILE },
    runs,
    summaries: data.summaries.map((summary) => ({ ...summary, target: HOSTILE, shape: HOSTILE })),
    supports: [HOSTILE],
    doesNotSupport: [HOSTILE],
    counts: [
      {
        group: HOSTILE,
        name: HOSTILE,
        unit: HOSTILE,
        shared: 1,
        microservices: 1,
        serverless: 1,
        how: HOSTILE,
      },
    ],
  };
};

describe('names in a report', () => {
  it('When names are hostile, then the page has the elements of its own and no other', () => {
    const page = loadReportPage(hostile());
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script/g)).toHaveLength(2);
    expect(page.match(/<img|<!--/g)).toBeNull();
    expect(/<script.*\u2028/s.test(page)).toBe(false);
    const data = /<script id="chart-data" type="application\/json">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(JSON.stringify(JSON.parse(data))).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  });

  it('When JSON is embedded, then it is the same value, and cannot end its element', () => {
    const value = { a: HOSTILE, b: ['\u2029', '<', 1.5, null] };
    expect(embeddedJson(value)).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(embeddedJson(value))).toEqual(value);
  });

  it('When names are hostile, then the Markdown has no markup of theirs, and no table is torn', () => {
    const markdown = loadReportMarkdown(hostile());
    const outside = markdown.replace(/^(`{3,})\n.*?\n\1$/gms, '');
    expect(outside).not.toMatch(/(?<!\\)<(script|img|!--)/);
    const tables = outside.split('\n\n').filter((block) => block.startsWith('| '));
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) {
      const widths = table.split('\n').map((row) => row.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it('When text begins like a list or a rule, then it stays text', () => {
    expect(escapeMarkdown('- a')).toBe('\\- a');
    expect(escapeMarkdown('1. a')).toBe('1\\. a');
    expect(escapeMarkdown('6.16')).toBe('6.16');
    expect(escapeMarkdown('a | b\nc')).toBe('a \\| b c');
  });
});
