// Loaded before a one-shot app, which does not listen for the end of its runner itself: without the
// runner it ends too, and the channel by itself does not keep it from ending.
const end = (): void => process.exit(1);

if ('connected' in process && !process.connected) end();
process.once('disconnect', end);
process.channel?.unref();
