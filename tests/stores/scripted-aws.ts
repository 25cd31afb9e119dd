import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsAccess } from '@duet/shared/adapters/aws/access.ts';

/** A call as it arrived. `body` is the request's JSON text. */
export type ArrivedCall = { readonly operation: string; readonly body: string };

/** What becomes of a call: an answer, or a connection that breaks, or nothing at all. */
export type Fate = { readonly status: number; readonly json: unknown } | 'break' | 'silence';

/** A server that stands in for AWS. `calls` are those that have arrived. */
export type ScriptedAws = {
  readonly access: AwsAccess;
  readonly calls: readonly ArrivedCall[];
  readonly close: () => Promise<void>;
};

type Answer = (
  call: ArrivedCall,
  incoming: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

const serve = async (answer: Answer, access: Omit<AwsAccess, 'endpoint'>): Promise<ScriptedAws> => {
  const calls: ArrivedCall[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const call = { operation, body: Buffer.concat(chunks).toString() };
    calls.push(call);
    await answer(call, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    access: { ...access, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** An AWS whose calls meet the fates in turn; the last fate is that of all further calls. */
export const startScriptedAws = (fates: readonly Fate[]): Promise<ScriptedAws> => {
  let next = 0;
  const answer: Answer = (_call, incoming, response) => {
    const fate = fates[Math.min(next, fates.length - 1)];
    next += 1;
    if (fate === 'break') incoming.socket.destroy();
    else if (fate !== undefined && fate !== 'silence') {
      response.writeHead(fate.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(fate.json));
    }
  };
  const credentials = () => ({ accessKeyId: 'id', secretAccessKey: 'secret' });
  return serve(answer, { region: 'eu-central-1', credentials });
};

/** A way to a real service on which the answers of calls get lost, after the call took effect, while `loses` says so. */
export const startLossyProxy = (to: AwsAccess, loses: (call: ArrivedCall) => boolean): Promise<ScriptedAws> =>
  serve((call, incoming, response) => {
    const { method, url, headers } = incoming;
    const forward = request(new URL(url ?? '/', to.endpoint), { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        if (loses(call)) return void incoming.socket.destroy();
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.end(Buffer.concat(chunks));
      });
    });
    forward.end(call.body);
  }, to);
