'use strict';
/**
 * The function's end of the channel to the runtime: a pipe for each direction, both blocking here. They are no
 * standard streams, so that nothing a handler prints, or closes, gets in their way.
 *
 * What goes out is a frame: its length in 4 bytes (big-endian, without these 4), one byte of type and a body. What comes in is one as
 * well, without a type, but takes up at least a whole record. See frames.ts for the other end.
 */
const fs = require('node:fs');

// A handler may replace what it finds on `fs` and `process`: the channel goes on with the real ones.
const { readSync, writeSync } = fs;
const kill = process.kill.bind(process);
const performanceNow = performance.now.bind(performance);
const dateNow = Date.now;

/** Invocations come in on one file descriptor, everything else goes out on the other. */
const IN = 3;
const OUT = 4;
const TYPE = Object.freeze({ ready: 1, initError: 2, response: 3, error: 4, log: 5 });
const HEAD = 5;

const none = Object.freeze({});
/** A number of 4 bytes. Buffer's own function looks whether they are there, which is known here: it is in every invocation's time. */
const uint32 = (bytes, at) =>
  bytes[at] * 0x1000000 + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
const usual = Buffer.allocUnsafe(65_536);
/** The runtime writes, and takes back, so many bytes as one: no read may take more, or part of them. */
const RECORD = 4_096;
/** When the invocation that runs was taken. */
let takenAt = 0;

/** Sends a frame whole. In an answer `memoryKb`, and how long the invocation ran in us, go ahead of the text. */
const send = (type, text, memoryKb) => {
  const at = memoryKb === undefined ? HEAD : HEAD + 8;
  // Three bytes are the most that a unit of UTF-16 takes
  const frame =
    at + text.length * 3 > usual.length ? Buffer.allocUnsafe(at + Buffer.byteLength(text)) : usual;
  const size = at + frame.write(text, at);
  frame.writeUInt32BE(size - 4, 0);
  frame[4] = type;
  if (memoryKb !== undefined) {
    frame.writeUInt32BE(memoryKb, HEAD);
    frame.writeUInt32BE(Math.round((performanceNow() - takenAt) * 1_000), HEAD + 4);
  }
  for (let sent = 0; sent < size; ) sent += writeSync(OUT, frame, sent, size - sent);
};

/**
 * Waits for the next invocation without turning the event loop: between two invocations no timer and no callback of the
 * function runs, whether the runtime has stopped this process already or not. When the runtime is gone, so is this process,
 * and what the function had started.
 */
const receive = () => {
  let frame = usual;
  let need = RECORD;
  for (let have = 0; have < need; ) {
    const got = readSync(IN, frame, have, need - have, null);
    if (got === 0) kill(0, 'SIGKILL');
    have += got;
    if (have !== RECORD) continue;
    need = Math.max(RECORD, 4 + uint32(frame, 0));
    if (need <= frame.length) continue;
    frame = Buffer.allocUnsafe(need);
    usual.copy(frame, 0, 0, have);
  }
  takenAt = performanceNow();
  const headSize = uint32(frame, 4);
  const text = frame.toString('utf8', 8, 4 + uint32(frame, 0));
  // A line after the other: to split them costs as much as all of this
  const timeoutAt = text.indexOf('\n') + 1;
  const traceAt = text.indexOf('\n', timeoutAt) + 1;
  const arnAt = text.indexOf('\n', traceAt) + 1;
  const contextsAt = text.indexOf('\n', arnAt) + 1;
  const { clientContext, identity } =
    contextsAt < headSize ? JSON.parse(text.slice(contextsAt, headSize)) : none;
  return {
    requestId: text.slice(0, timeoutAt - 1),
    deadline: dateNow() + Number(text.slice(timeoutAt, traceAt - 1)),
    traceId: text.slice(traceAt, arnAt - 1),
    arn: text.slice(arnAt, contextsAt - 1),
    clientContext,
    identity,
    payload: text.slice(headSize),
  };
};

module.exports = { TYPE, send, receive };
