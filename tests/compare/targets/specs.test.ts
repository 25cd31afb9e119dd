import { describe, expect, it } from 'vitest';
import { TargetInfo } from '../../../compare/results/run-record.ts';
import { namedAdministrator } from '../../../compare/targets/administrators.ts';
import { parseTarget, parseTargets, targetsOnStores } from '../../../compare/targets/specs.ts';

describe('the name of a target', () => {
  it('When it names a stack, then style and store are told, and a store may be chosen', () => {
    expect(parseTarget('microservices').info).toMatchObject({
      ...{ name: 'microservices/postgres', kind: 'embedded', style: 'microservices', store: 'postgres' },
      faithful: true,
    });
    expect(parseTarget('serverless').info).toMatchObject({ name: 'serverless/dynamodb', store: 'dynamodb' });
    expect(parseTarget('microservices/dynamodb').info).toMatchObject({ name: 'microservices/dynamodb' });
  });

  it('When it names serverless-offline, then it is not faithful', () => {
    expect(parseTarget('serverless-offline').info).toMatchObject({ kind: 'offline', faithful: false });
  });

  it('When it names containers, then with or without a scaler', () => {
    expect(parseTarget('compose')).toMatchObject({
      autoscale: false,
      info: { kind: 'compose', store: 'postgres' },
    });
    expect(parseTarget('compose+autoscale')).toMatchObject({
      autoscale: true,
      info: { name: 'compose+autoscale' },
    });
  });

  it('When it is a URL, then nothing is known of style and store', () => {
    const { info, url } = parseTarget('my-shop=https://shop.example/api/');
    expect(info).toMatchObject({ name: 'my-shop', kind: 'url', style: null, store: null });
    expect(url).toBe('https://shop.example/api');
  });

  it('When it is none, then it is refused, with those that there are', () => {
    for (const text of ['', 'kubernetes', 'compose/dynamodb', 'microservices/postgres/x'])
      expect(() => parseTarget(text)).toThrow(/There is no target .* serverless-offline/);
    expect(() => parseTarget('serverless/mysql')).toThrow('A store is postgres or dynamodb');
    expect(() => parseTarget('a b=http://x')).toThrow('letters, digits and -');
    expect(() => parseTarget('shop=ftp://x')).toThrow('an http or https URL');
  });

  it('When several are named, then commas separate them, and none may be named twice', () => {
    const names = parseTargets(['microservices,serverless', 'compose', 'a=http://x?y=1,2']).map(
      ({ info }) => info.name,
    );
    expect(names).toEqual(['microservices/postgres', 'serverless/dynamodb', 'compose', 'a']);
    expect(() => parseTargets(['serverless', 'serverless/dynamodb'])).toThrow('named twice');
  });

  it('When both stores are named, then there are the four of the 2 x 2', () => {
    const specs = targetsOnStores('postgres,dynamodb');
    expect(specs.map(({ info }) => TargetInfo.parse(info).name)).toEqual([
      ...['microservices/postgres', 'serverless/postgres', 'microservices/dynamodb', 'serverless/dynamodb'],
    ]);
    expect(() => targetsOnStores('mysql')).toThrow('A store is postgres or dynamodb');
  });
});

describe('the administrator of a URL', () => {
  it('When the environment names none, then the variable is told', () => {
    expect(() => namedAdministrator('my-shop')).toThrow('Set MY_SHOP_ADMIN=EMAIL:PASSWORD');
  });
});
