import type { Bus } from '@whalecast/bus'
import { components } from '@whalecast/events'
import { FlushWindow, FrameEncoder, Hub } from '@whalecast/fanout'
import { openWire, type Wire } from '@whalecast/fanout/wire'
import type { ServiceContext, Verdict } from '@whalecast/runtime'
import { acceptClient } from './adapters/clients/accept-client.ts'
import { BusFeeds } from './adapters/feeds/bus-feeds.ts'
import { CleanupCommand } from './adapters/http/cleanup-command.ts'
import { drainClients } from './adapters/clients/drain-clients.ts'
import { createHttpApi } from './adapters/http/http-api.ts'
import { createInstruments } from './adapters/instruments.ts'
import { addListenerFacts, readReplicas } from './adapters/feeds/listener-counts.ts'
import { LogReplays } from './adapters/feeds/log-replays.ts'
import { MarketFeeds } from './adapters/feeds/market-feeds.ts'
import { openAccess } from './adapters/access/open-access.ts'
import { openDoor } from './adapters/admission/open-door.ts'
import { createSseRoute } from './adapters/clients/sse-route.ts'
import { startSocketServer, type SocketServer } from './adapters/clients/socket-server.ts'
import { TapeFeed } from './adapters/feeds/tape-feed.ts'
import type { Config } from './config.ts'
import { Board } from './domain/channels/board.ts'
import type { Client } from './domain/conversation/client.ts'
import { readFeed } from './domain/channels/feeds.ts'
import { ListenedFeeds } from './domain/channels/listened-feeds.ts'
import { createPings } from './domain/continuity/pings.ts'
import { Protocol } from './domain/conversation/protocol.ts'
import { Resume } from './domain/continuity/resume.ts'
import { tellFeeds } from './domain/channels/told-feeds.ts'

export type Deps = {
  readonly bus: Bus
  readonly config: Omit<Config, 'redis'>
  readonly ctx: Omit<ServiceContext, 'name' | 'env'>
  readonly wire?: Wire
  readonly now?: () => number
}

/** Clients are sent away within this, … */
const drainMs = 5_000
/** … and have so long to answer the close. Together that is less than the process's own deadline. */
const graceMs = 3_000
/** Slow clients are looked at this often; pings are spread over as many slots as fit into their interval. */
const tickMs = 1_000

/** Serves clients from a bus. Answers with the console's URL once every channel is filled and the port is open. */
export async function serveClients(deps: Deps): Promise<string> {
  const { bus, config, ctx, wire = openWire(), now = Date.now } = deps
  const { logger, health, facts, signal, instance, startedAtMs } = ctx
  const { pingIntervalMs } = config
  const access = await openAccess(
    { ...config.access, httpHost: config.http.host, behindProxy: config.proxies.length > 0 },
    { logger, now, defer: ctx.defer },
  )
  const instruments = createInstruments(ctx.metrics, {
    clients: () => hub.size,
    queuedBytes: () => hub.queuedBytes,
    selective: () => listened.selective,
  })
  const door = openDoor(
    { ...config, httpHost: config.http.host },
    { access, now, onRefused: instruments.refused },
  )
  const encoder = new FrameEncoder({ frameText: wire.frameText, now, onEncode: instruments.encoded })
  const board = new Board(encoder)
  const listened = new ListenedFeeds()
  const slots = Math.max(10, Math.round(pingIntervalMs / tickMs))
  const flushWindow = openFlushWindow(config.flushWindowMs)
  const hub = new Hub<Client>({
    budgetBytes: config.totalBufferBytes,
    wheelSlots: slots,
    rates: { all: aSecond(config.rates.perClient), of: (feed) => rateOf(feed, config.rates.perChannel) },
    after,
    windowMs: () => flushWindow.ms(),
    now,
    monotonicMs: () => performance.now(),
    pingFrame: (nowMs, client) => pingFrame(nowMs, client),
    onListened: (name, on) => {
      const feed = readFeed(name)
      if (!feed) return
      listened.onListened(feed, on)
      board.onListened(feed, on)
      tape.onListened(feed, on)
      markets.onListened(feed.channel, listened.hasChannel(feed.channel))
    },
    onClosed: (client, code) => {
      instruments.closed(code)
      protocol.left(client)
    },
    onThinned: instruments.thinned,
    onFlushed: (tookMs) => instruments.toSockets(tookMs / 1_000),
  })
  const onConflated = () => instruments.conflated('replica')
  const feeds = new BusFeeds({
    bus,
    board,
    hub,
    now,
    startedAtMs,
    onConflated,
    fromTracker: instruments.fromTracker,
    // A place in the new epoch, before its first entry: so no client takes the change for a loss.
    onContinued: () => {
      for (const client of hub.clients()) hub.send(client, pingFrame(now(), client))
    },
  })
  const tape = new TapeFeed({ bus, board, hub, now })
  const markets = new MarketFeeds({ bus, board, hub, now, onConflated })
  const replays = new LogReplays({ bus, encoder, now, onRead: instruments.replayRead })
  const resume = new Resume({
    hub,
    board,
    encoder,
    read: (channel, place) => replays.read(channel, place),
    later: (ms, task) => void setTimeout(task, ms),
    onResumed: instruments.resumed,
  })
  const pingFrame = createPings({ board, hub, encoder })
  const protocol = new Protocol({
    hub,
    board,
    access,
    resume,
    listened,
    encoder,
    now,
    pingIntervalMs,
    serverId: instance,
    onRtt: instruments.rtt,
    onProblem: instruments.problem,
  })
  let server: SocketServer | undefined

  health.add('ws_broadcast', components.ws_broadcast, (): Verdict => {
    if (!server) return { status: 'starting', reason: 'not listening yet' }
    if (!server.listening) return { status: 'unhealthy', reason: 'not listening' }
    if (!feeds.live) return { status: 'unhealthy', reason: 'its subscriptions are not live' }
    if (bus.behind !== undefined) return { status: 'unhealthy', reason: bus.behind }
    return {
      status: 'healthy',
      details: { clients: hub.size, queued_bytes: hub.queuedBytes, wire: wire.mode },
    }
  })
  health.gate('system', () => {
    const state = feeds.systemState
    return state === 'ready' || state === 'acting' ? undefined : `its state is ${state}`
  })
  facts.add('ws_clients', () => hub.size)
  addListenerFacts(facts, hub)
  facts.add('ws_messages_sent', () => instruments.sent)
  if (wire.mode === 'send')
    logger.warn('frames are sent one by one: the installed ws is not the expected one')

  ctx.defer('bus subscriptions', () => {
    feeds.stop()
    tape.stop()
    markets.stop()
  })
  await feeds.start()
  const refresh = () => feeds.check(now())
  const ticker = setInterval(() => {
    refresh()
    tape.check(now())
    markets.check(now())
    replays.check(now())
    hub.tick(now())
    protocol.tick(now())
    door.tick(now())
  }, pingIntervalMs / slots)
  ctx.defer('client timer', () => clearInterval(ticker))

  const clientParts = { hub, protocol, instruments, now, limitBytes: config.clientBufferBytes }
  const opened = await startSocketServer({
    ...config.http,
    door,
    app: createHttpApi({
      board,
      bus,
      tape,
      door,
      refresh,
      cleanup: new CleanupCommand({ bus, now }),
      clients: () =>
        [...hub.clients()].map((client) => ({
          ...client.record(now()),
          ...tellFeeds(hub.feedsOf(client)),
        })),
      replicas: () => readReplicas(bus),
      consoleDir: config.consoleDir,
      events: createSseRoute({ ...clientParts, door, refresh }),
      onRefused: instruments.refused,
      onFailed: (error) => logger.error('a request failed', { error }),
    }),
    maxClients: config.limits.clients,
    compression: config.compression,
    onRefused: instruments.refused,
    onConnection: (socket, newcomer) => {
      refresh()
      acceptClient(socket, newcomer, { ...clientParts, wire })
    },
  })
  server = opened
  ctx.defer('clients', async () => {
    opened.refuse()
    const acceptsPerSecond = config.limits.acceptPerSecond
    await drainClients({ hub, bus, encoder, instance, acceptsPerSecond, withinMs: drainMs })
    await opened.close(graceMs)
  })
  if (signal.aborted) return opened.url
  logger.info('console listening', { url: opened.url })
  return opened.url
}

/** So many within any second, spread or at once. */
const aSecond = (frames: number) => ({ perSecond: frames, burst: frames })

/** Whoever asked for fewer frames gets them spread. */
function rateOf(feed: string, perChannel: number) {
  const { maxHz } = readFeed(feed) ?? {}
  if (maxHz === undefined || maxHz >= perChannel) return aSecond(perChannel)
  return { perSecond: maxHz, burst: 1 }
}

function after(ms: number, task: () => void): () => void {
  if (ms === 0) {
    const immediate = setImmediate(task)
    return () => clearImmediate(immediate)
  }
  const timer = setTimeout(task, ms)
  return () => clearTimeout(timer)
}

function openFlushWindow(fixedMs: number | undefined): FlushWindow {
  let looked = performance.eventLoopUtilization()
  return new FlushWindow({
    fixedMs,
    monotonicMs: () => performance.now(),
    utilization: () => {
      const before = looked
      looked = performance.eventLoopUtilization()
      return performance.eventLoopUtilization(looked, before).utilization
    },
  })
}
