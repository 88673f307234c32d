/**
 * Every key and topic of the bus, in one place. What one script touches shares a hash tag, so that the same
 * scripts run on Redis Cluster.
 */
export function createKeys(prefix: string) {
  const tagged = (scope: string, name: string) => `{${prefix}:${scope}:${name}}`
  return {
    logStream: (channel: string) => `${tagged('log', channel)}:stream`,
    logMeta: (channel: string) => `${tagged('log', channel)}:meta`,
    logIds: (channel: string) => `${tagged('log', channel)}:ids`,
    logBeat: (channel: string) => `${tagged('log', channel)}:beat`,
    logTopic: (channel: string) => `${tagged('log', channel)}:topic`,
    latest: (channel: string, key: string) => `${tagged('latest', channel)}:value:${key}`,
    latestTopic: (channel: string) => `${tagged('latest', channel)}:topic`,
    tapeTopic: (channel: string) => `${tagged('tape', channel)}:topic`,
    lease: (name: string) => `${tagged('lease', name)}:holder`,
    leaseTerm: (name: string) => `${tagged('lease', name)}:term`,
    /** BullMQ's own keys begin with this. */
    queuePrefix: (queue: string) => tagged('work', queue),
    partition: (queue: string) => `${tagged('work', queue)}:state`,
    partitionSeen: (queue: string) => `${tagged('work', queue)}:seen`,
    deadLetters: `{${prefix}:dead}:letters`,
    heartbeat: (instance: string) => `{${prefix}:beat}:of:${instance}`,
    heartbeatIndex: `{${prefix}:beat}:index`,
  }
}

export type Keys = ReturnType<typeof createKeys>
