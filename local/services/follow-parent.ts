/**
 * Loaded with `--import` before a service's own main.ts, so that the service itself knows nothing of it: when the
 * process that started it is gone, however it went, the service gets the signal that stops it in order.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
