import { makeTransport } from '@duet/shared/contract/transport.ts';
import type { Answered, Engine, Planned } from '../../../compare/generator/types.ts';

/** A small engine over real sockets and timers, which keeps all that it was told. It measures nothing: it is no generator. */
export const makeRealEngine = () => {
  const transport = makeTransport();
  const start = performance.now();
  const now = (): number => performance.now() - start;
  const answers: { readonly request: Planned; readonly answer: Answered }[] = [];
  const settled: (number | undefined)[] = [];
  let abandoned = 0;
  const ask = async ({ url, method, headers = {}, body }: Planned): Promise<Omit<Answered, 'ok' | 'at'>> => {
    const { origin } = new URL(url);
    return transport.send({ baseUrl: origin, method, path: url.slice(origin.length), headers, body });
  };
  const engine: Engine = {
    now,
    at: (moment, run) => void setTimeout(run, Math.max(0, moment - now())).unref(),
    send: async (request) => {
      const nothing = { status: undefined, headers: {}, bytes: new Uint8Array() };
      const reply = await ask(request).catch(() => nothing);
      const { status } = reply;
      const ok = status !== undefined && request.expected.includes(status);
      const answer = { ...reply, ok, at: now() };
      answers.push({ request, answer });
      return answer;
    },
    abandon: () => {
      abandoned += 1;
    },
    session: () => undefined,
    settled: (_, ms) => void settled.push(ms),
  };
  return { engine, answers, settled, abandoned: () => abandoned, close: transport.close };
};
