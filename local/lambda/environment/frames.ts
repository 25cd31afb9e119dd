import type { Invocation } from '../types.ts';

/**
 * What a function's process sends, one byte of type a frame: `ready` after its INIT, `initError` with an error as JSON,
 * `response` and `error` with the largest memory in KB (0 where the system tells us) and how long the invocation ran in us, 4 bytes
 * each, and JSON, `log` with an entry.
 */
export const FRAME = { ready: 1, initError: 2, response: 3, error: 4, log: 5 } as const;

/** Of a response, with what is around it: Lambda's limit is 6,291,556 bytes, and a log entry may be as large. */
const LARGEST = 64 * 1024 * 1024;

/** A frame of an invocation has at least so many bytes, filled up at its end: what Linux' pipes take as one (PIPE_BUF). */
export const RECORD = 4_096;

const record = Buffer.alloc(RECORD);

/**
 * An invocation as one frame: its length in bytes, the length of its head in UTF-16 units, head and payload as one text. Lengths are 4
 * bytes each. The head has a line each for request id, the ms that it may take, trace and ARN, and JSON for the contexts where there are
 * any: an environment has read it before the same as JSON would be parsed.
 *
 * @returns a buffer that is valid until the next call
 */
export const invocationFrame = (invocation: Invocation, timeoutMs: number): Buffer => {
  const { requestId, payload, invokedArn: arn, traceId, clientContext, identity } = invocation;
  const contexts =
    clientContext === undefined && identity === undefined ? '' : JSON.stringify({ clientContext, identity });
  const head = `${requestId}\n${Math.ceil(timeoutMs)}\n${traceId}\n${arn}\n${contexts}`;
  const text = head + payload;
  // Three bytes are the most that a unit of UTF-16 takes
  const surelyFits = 8 + 3 * text.length <= RECORD;
  const needed = surelyFits ? RECORD : 8 + Buffer.byteLength(text);
  const frame = needed <= RECORD ? record : Buffer.allocUnsafe(needed);
  const size = 8 + frame.write(text, 8);
  frame.writeUInt32BE(size - 4, 0);
  frame.writeUInt32BE(head.length, 4);
  // Of what an invocation of another function left there
  frame.fill(0, size);
  return frame;
};

/**
 * Cuts what arrives on a channel into frames. A chunk need only be valid during the call.
 *
 * @param onFrame told of each, with its type and body; the body is only valid during the call
 * @param onFault told when what arrives is no frame: somebody else wrote to the descriptor
 */
export const makeFrameReader = (
  onFrame: (type: number, body: Buffer) => void,
  onFault: () => void,
): ((chunk: Buffer) => void) => {
  let parts: Buffer[] = [];
  let have = 0;
  let need = 4;
  let broken = false;

  const cut = (bytes: Buffer): Buffer => {
    let at = 0;
    while (bytes.length - at >= 4) {
      const size = bytes.readUInt32BE(at);
      if (size < 1 || size > LARGEST) {
        broken = true;
        onFault();
        return bytes.subarray(bytes.length);
      }
      need = 4 + size;
      if (bytes.length - at < need) return bytes.subarray(at);
      onFrame(bytes[at + 4] ?? 0, bytes.subarray(at + 5, at + need));
      at += need;
    }
    need = 4;
    return bytes.subarray(at);
  };

  return (chunk) => {
    if (broken) return;
    have += chunk.length;
    if (have < need) {
      parts.push(Buffer.from(chunk));
      return;
    }
    const rest = cut(parts.length === 0 ? chunk : Buffer.concat([...parts, chunk]));
    parts = rest.length > 0 ? [Buffer.from(rest)] : [];
    have = rest.length;
  };
};
