/** Keeps one core busy until its parent is gone or ends it. */
process.once('disconnect', () => process.exit());
process.send?.('busy');

const burn = (): void => {
  for (const end = performance.now() + 100; performance.now() < end; );
  setImmediate(burn);
};
burn();
