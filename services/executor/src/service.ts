import { readFile } from 'node:fs/promises'
import { connectRedisBus, leadWhenever, startHeartbeat, type Bus } from '@whalecast/bus'
import { components } from '@whalecast/events'
import { createSigner } from '@whalecast/kalshi'
import { ConfigError, ticks, type Clock, type ServiceContext } from '@whalecast/runtime'
import { openDemoBroker } from './adapters/demo-broker.ts'
import { openLiveBroker } from './adapters/live-broker.ts'
import { PaperBroker } from './adapters/paper-broker.ts'
import { Announcer } from './adapters/told.ts'
import { requireTradingApi } from './adapters/trading-api.ts'
import { CommandsWorker } from './commands-worker.ts'
import type { BrokerConfig, Config } from './config.ts'
import { Breaker } from './domain/breaker.ts'
import type { Broker } from './domain/broker.ts'
import { Condition } from './domain/condition.ts'
import { requireOwnEndpoint } from './domain/endpoint.ts'
import { createExecutorMetrics, type ExecutorMetrics } from './executor-metrics.ts'
import { OrdersWorker, type BrokerSeat } from './orders-worker.ts'

/** How often what rests is looked after: so much longer than it should may an order stay. */
const lookEveryMs = 500

/** The first partition carries the orders of the one who follows, the second the commands of operators. */
const partitions = { orders: 0, commands: 1 }

/** What opens a broker has in hand. */
export type BrokerTools = {
  readonly bus: Bus
  readonly seat: BrokerSeat
  readonly announcer: Announcer
  readonly metrics: ExecutorMetrics
  readonly logger: ServiceContext['logger']
  readonly now: Clock
  readonly nextVersion: () => number
}

export type OpenBroker = (tools: BrokerTools) => Broker

/** Carries out orders on the bus of this configuration until the context's signal aborts. */
export async function startExecutor(config: Config, ctx: ServiceContext): Promise<void> {
  const { logger, signal } = ctx
  if (!config.trades) {
    ctx.health.add('executor', components.executor, () => ({ status: 'healthy', details: { role: 'idle' } }))
    logger.info('TRADING_STRATEGY is hold: there is nothing to carry out, and no order can be placed')
    return
  }
  // The broker first: a process that must not order should say so before it waits for anything.
  const { openBroker, untilAnswered } = await prepareBroker(config, ctx.instance)
  logger.warn(announcementOf(config.broker))
  const bus = await connectRedisBus({
    url: config.redisUrl,
    prefix: config.keyPrefix,
    instance: ctx.instance,
    registry: ctx.metrics.registry,
    onNotice: (notice) => logger.warn('bus', { notice }),
  })
  ctx.defer('bus', () => bus.close())
  startHeartbeat(bus, ctx)
  let hasAnswered = false
  ctx.health.gate('trading API', () => (hasAnswered ? undefined : 'it has not answered yet'))
  await untilAnswered(signal)
  hasAnswered = true
  await executeOrders({
    bus,
    ctx,
    broker: config.broker.name,
    openBroker,
    now: Date.now,
    ticks: (over) => ticks(lookEveryMs, { signal: over }),
    signal,
  })
}

export type Deps = {
  readonly bus: Bus
  readonly ctx: Pick<ServiceContext, 'health' | 'facts' | 'metrics' | 'logger'>
  readonly broker: Broker['name']
  readonly openBroker: OpenBroker
  readonly now: Clock
  /** Times at which what rests is looked after. */
  readonly ticks: (over: AbortSignal) => AsyncIterable<number>
  readonly signal: AbortSignal
}

/** Carries out orders and commands whenever it leads, until the signal aborts. */
export async function executeOrders({ bus, ctx, broker, openBroker, now, ...deps }: Deps): Promise<void> {
  const { logger } = ctx
  const breaker = new Breaker()
  const condition = new Condition(broker)
  const metrics = createExecutorMetrics(ctx.metrics, () => breaker.stateAt(now()))
  const announcer = new Announcer(bus, logger)
  let newest: OrdersWorker | undefined
  const leading = () => (newest?.ended === false ? newest : undefined)
  let version = 0
  const nextVersion = () => (version += 1)
  const tools = { bus, announcer, metrics, logger, now, nextVersion }
  ctx.health.add('executor', components.executor, (nowMs) => {
    const paper = leading()?.broker
    const imbalanceE6 = paper instanceof PaperBroker ? paper.imbalanceE6 : 0
    return condition.judge({ breaker: breaker.stateAt(nowMs), imbalanceE6, nowMs })
  })
  ctx.facts.add('broker', () => broker)

  const onFailure = (error: unknown) => logger.error('a term failed', { error })
  await leadWhenever({ bus, name: 'executor', signal: deps.signal, onFailure }, async (_lease, over) => {
    const orders = await bus.consume('orders', {
      partition: partitions.orders,
      start: (state, fence, save) =>
        (newest = new OrdersWorker(
          { ...tools, breaker, condition, openBroker: (seat) => openBroker({ ...tools, seat }) },
          state,
          { fence, save },
        )),
    })
    const commands = await bus.consume('orders', {
      partition: partitions.commands,
      start: (_state, fence) => new CommandsWorker({ ...tools, broker: () => leading()?.broker }, fence),
    })
    try {
      for await (const _ of deps.ticks(over)) await leading()?.onTick(now())
    } finally {
      // Without Redis nothing can be handed over, and the leases expire by themselves.
      if (bus.connected) await Promise.all([orders.close(), commands.close()])
    }
  })
}

type Prepared = {
  readonly openBroker: OpenBroker
  /** Resolves once orders could be placed; rejects when they could not. */
  readonly untilAnswered: (signal: AbortSignal) => Promise<void>
}

/** Reads the key, and refuses a broker that was pointed at a place that is not its own. */
async function prepareBroker({ broker, restMs }: Config, instance: string): Promise<Prepared> {
  if (broker.name === 'paper') {
    const { balanceE6 } = broker
    return {
      openBroker: (tools) => new PaperBroker({ ...tools, balanceE6, restMs }),
      untilAnswered: () => Promise.resolve(),
    }
  }
  const { name, apiUrl, keyId, privateKeyPath } = broker
  requireOwnEndpoint(name, apiUrl)
  const access = { apiUrl, signer: createSigner(keyId, await readKey(privateKeyPath)) }
  const open = name === 'live' ? openLiveBroker : openDemoBroker
  return {
    openBroker: (tools) => open(access, { ...tools, instance, restMs }),
    untilAnswered: (signal) => requireTradingApi(name, access, signal),
  }
}

/** What this process is going to do, in plain words. */
function announcementOf(broker: BrokerConfig): string {
  if (broker.name === 'paper') return 'orders are carried out on paper only: no order leaves this machine'
  if (broker.name === 'demo') return `orders are placed at ${broker.apiUrl}, with play money`
  return `ORDERS ARE PLACED AT THE REAL EXCHANGE, FOR REAL MONEY: ${broker.apiUrl}`
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new ConfigError([`EXECUTOR_KALSHI_PRIVATE_KEY_PATH: the file cannot be read (${code})`])
  }
}
