import { describe, expect, it } from 'vitest';
import { HELP, readCommandLine } from '../../../compare/command-line.ts';

const asked = (text: string) => readCommandLine(text === '' ? [] : text.split(' '));
const load = (text: string) => {
  const options = asked(text)?.load;
  if (!options) throw new Error(`"${text}" asks for no load test`);
  return options;
};
const namesOf = (text: string): string[] => load(text).targets.map(({ info }) => info.name);

describe('npm run compare, its command line', () => {
  it('When nothing is asked for, then it is the journey, and both styles under steady traffic in 3 minutes', () => {
    const { journey, load: test } = asked('') ?? {};
    expect(journey?.repeats).toBe(5);
    expect(namesOf('')).toEqual(['microservices/postgres', 'serverless/dynamodb']);
    expect(test).toMatchObject({ shapes: ['steady'], rate: 40, seed: 1, arrivals: 'poisson' });
    expect(test?.fit.repetitions).toBeGreaterThanOrEqual(5);
    expect(test?.fit.totalSeconds).toBeLessThanOrEqual(180);
    expect(test?.fit.totalSeconds).toBeGreaterThan(120);
  });

  it('When it shall be quick, then there is no journey, and it says that 40 s are too short for intervals', () => {
    expect(asked('--quick')?.journey).toBeUndefined();
    const { fit } = load('--quick');
    expect(fit.totalSeconds).toBeLessThanOrEqual(40);
    expect(fit.says.join(' ')).toMatch(/No interval/);
  });

  it('When both stores are named, then it is the 2 x 2', () => {
    expect(namesOf('--stores postgres,dynamodb')).toEqual([
      'microservices/postgres',
      'serverless/postgres',
      'microservices/dynamodb',
      'serverless/dynamodb',
    ]);
  });

  it('When targets are named, then they alone are put under load', () => {
    expect(namesOf('--targets compose,compose+autoscale,serverless-offline')).toEqual([
      'compose',
      'compose+autoscale',
      'serverless-offline',
    ]);
    expect(namesOf('--target a=http://127.0.0.1:1/ --target b=http://127.0.0.1:2')).toEqual(['a', 'b']);
  });

  it('When length and repetitions are named, then no budget cuts them short', () => {
    const { fit } = load('--duration 60 --repetitions 20 --shape all --stores postgres,dynamodb');
    expect(fit).toMatchObject({ durationSeconds: 60, repetitions: 20, says: [] });
    expect(load('--shape all').shapes).toContain('on-off');
  });

  it('When a URL is named for the journey, then there is no load', () => {
    expect(asked('--microservices http://127.0.0.1:8080')?.load).toBeUndefined();
    expect(asked('--journey')?.load).toBeUndefined();
    expect(() => asked('--serverless http://127.0.0.1:8080 --rate 100')).toThrow(
      /--rate belongs to the load test/,
    );
  });

  it.each([
    ['--rate 0', /--rate is a number from 0.1/],
    ['--rate many', /--rate is a number/],
    ['--duration', /--duration/],
    ['--repetitions 1.5', /--repetitions is a whole number/],
    ['--shape flat', /There is no shape "flat": there are steady, /],
    ['--mix nothing-of-the-kind', /mix/],
    ['--arrivals never', /--arrivals is poisson or constant/],
    ['--targets moon', /There is no target "moon"/],
    ['--target http://127.0.0.1:1', /--target is NAME=URL/],
    ['--stores mysql', /postgres or dynamodb, not "mysql"/],
    ['--stores postgres --targets compose', /give one of them/],
    ['--unknown', /unknown/],
  ])('When it is %s, then it says what is wrong', (text, says) => {
    expect(() => asked(text)).toThrow(says);
  });

  it('When help is asked for, then every shape and every mix is in it', () => {
    expect(asked('--help')).toBeUndefined();
    for (const word of ['steady', 'on-off', 'photo-burst', 'browse', '--closed-loop', '--journey'])
      expect(HELP).toContain(word);
  });
});
