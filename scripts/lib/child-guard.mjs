// Loaded into every Node process that `npm start` runs: when npm start itself is killed without a chance
// to stop them, the channel to it closes, and they stop by themselves.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
