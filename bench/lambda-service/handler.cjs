/**
 * A trivial HTTP handler that watches over itself: it tells how many requests its environment held at the same time, which Lambda
 * promises to be one, and how long it took in ms. It gives its turn away once, so that a second request would get in.
 */
let running = 0;

exports.handler = async () => {
  const from = performance.now();
  running += 1;
  const overlap = running;
  await new Promise((resolve) => setImmediate(resolve));
  running -= 1;
  return { overlap, ms: performance.now() - from };
};
