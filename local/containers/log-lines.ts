import { StringDecoder } from 'node:string_decoder';
import type Docker from 'dockerode';
import { unlessGone } from './containers.ts';

/** Bytes before each piece of a log: the stream (1 output, 2 errors), three zeros, and the piece's length. */
const HEADER = 8;

/**
 * Takes the log of a container apart, which the engine sends as pieces with a header
 * (https://docs.docker.com/reference/api/engine/, "Attach to a container: Stream format"), and puts lines together: a
 * line may come in several pieces, and a piece in several chunks.
 *
 * @param onLine gets each whole line, without its end
 * @returns takes chunks as they come; `end` hands on what is left
 */
export const makeLineReader = (
  onLine: (line: string) => void,
): { readonly take: (chunk: Buffer) => void; readonly end: () => void } => {
  const streams = new Map<number, { readonly decoder: StringDecoder; rest: string }>();
  let waiting: Buffer = Buffer.alloc(0);
  const add = (stream: number, bytes: Buffer): void => {
    const state = streams.get(stream) ?? { decoder: new StringDecoder('utf8'), rest: '' };
    streams.set(stream, state);
    const lines = `${state.rest}${state.decoder.write(bytes)}`.split('\n');
    state.rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  };
  return {
    take: (chunk) => {
      waiting = waiting.length > 0 ? Buffer.concat([waiting, chunk]) : chunk;
      let start = 0;
      while (waiting.length >= start + HEADER) {
        const end = start + HEADER + waiting.readUInt32BE(start + 4);
        if (waiting.length < end) break;
        add(waiting.readUInt8(start), waiting.subarray(start + HEADER, end));
        start = end;
      }
      waiting = waiting.subarray(start);
    },
    end: () => {
      for (const { rest } of streams.values()) if (rest !== '') onLine(rest);
      streams.clear();
    },
  };
};

/** The last lines that a container logged, oldest first; none when it is gone. */
export const lastLines = async (docker: Docker, id: string, tail: number): Promise<readonly string[]> => {
  const log = await unlessGone(docker.getContainer(id).logs({ stdout: true, stderr: true, tail }));
  const lines: string[] = [];
  const reader = makeLineReader((line) => lines.push(line));
  if (log) reader.take(Buffer.from(log));
  reader.end();
  return lines;
};
