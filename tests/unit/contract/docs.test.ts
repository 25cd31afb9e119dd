import { docsPage } from '@duet/shared/contract/docs.ts';
import { html, prose } from '@duet/shared/contract/html.ts';
import { errorCodes } from '@duet/shared/contract/problem-body.ts';
import { routes } from '@duet/shared/contract/routes.ts';
import { describe, expect, it } from 'vitest';

const all = (page: string, pattern: RegExp): string[] =>
  [...page.matchAll(pattern)].map((match) => match[1] ?? '');

describe('docsPage', () => {
  it('When the contract has a route or a problem, then the page has a place for it', () => {
    const ids = new Set(all(docsPage(), / id="([^"]+)"/g));
    for (const key of Object.keys(routes)) expect(ids).toContain(key);
    for (const code of errorCodes) expect(ids).toContain(`problem-${code}`);
  });

  it('When the page links within itself, then there is a place that it leads to, and no id is used twice', () => {
    const page = docsPage();
    const ids = all(page, / id="([^"]+)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    expect(all(page, /href="#([^"]+)"/g).filter((target) => !ids.includes(target))).toEqual([]);
  });

  it('When the page is opened, then it loads nothing and runs nothing', () => {
    const page = docsPage();
    expect(page).not.toMatch(/<script|<iframe|<img|<object| on[a-z]+="|@import|url\(/i);
    expect(all(page, /(?:src|href)="([^"#]*)"/g).filter((url) => !url.startsWith('data:'))).toEqual([
      '/openapi.json',
    ]);
  });

  it('When a route needs a token, a key or a body, then its curl line sends them', () => {
    const page = docsPage();
    const article = page.slice(page.indexOf('id="placeOrder"'), page.indexOf('id="listOrders"'));
    expect(article).toContain('curl -X POST &#34;$DUET/orders&#34;');
    expect(article).toContain('Authorization: Bearer $TOKEN');
    expect(article).toContain('Idempotency-Key: ');
    expect(article).toContain('&#34;quantity&#34;:2');
  });
});

describe('html', () => {
  it('When text holds markup, then it is shown and not obeyed', () => {
    expect(html`<p title="${'"><b>'}">${'<i>&'}</p>`.markup).toBe(
      '<p title="&#34;&#62;&#60;b&#62;">&#60;i&#62;&#38;</p>',
    );
    expect(prose('a `<b>` c').markup).toBe('a <code>&#60;b&#62;</code> c');
  });
});
