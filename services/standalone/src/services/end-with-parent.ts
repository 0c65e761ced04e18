/**
 * Loaded into each service before its own code. A parent that is killed while the service still loads
 * would otherwise go unnoticed: the loss of the channel is reported once, to whoever listens then.
 */
const end = (): void => {
  process.kill(process.pid, 'SIGTERM');
};

if (process.connected) process.once('disconnect', end);
else end();
// Listening alone must not keep a service alive that has nothing left to do.
process.channel?.unref();
