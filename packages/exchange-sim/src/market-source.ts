import type { Accounts } from './accounts/accounts.ts'
import { OrderDesk } from './accounts/order-desk.ts'
import { Random } from './flow/random.ts'
import { Simulation } from './flow/simulation.ts'
import { ManualDesk } from './manual-desk.ts'
import type { Settings } from './options.ts'
import { ReplayFeed } from './replay/replay-feed.ts'
import type { ReplayStats } from './replay/replay-counters.ts'
import { surveyRecording } from './replay/survey.ts'
import { Venue } from './venue/venue.ts'
import type { Feed } from './ws/feed.ts'
import { LiveFeed } from './ws/live-feed.ts'

/** What an exchange is made of besides its doors: a venue that trades, or a recording of one. */
type MarketSource = {
  readonly feed: Feed
  /** The venue that REST shows. */
  venue(): Venue
  readonly manual: ManualDesk | undefined
  /** Where accounts trade; a recording has no such place. */
  readonly desk: OrderDesk | undefined
  replayStats(): ReplayStats | undefined
  isMoving(nowMs: number): boolean
  start(): void
  stop(): void
}

/** Opens the source the settings ask for. Rejects when a recording cannot be read. */
export async function openMarketSource(settings: Settings, accounts: Accounts): Promise<MarketSource> {
  return settings.replay === undefined ? simulate(settings, accounts) : replay(settings, settings.replay)
}

/** How soon after its time an order has expired. */
const expiryTickMs = 100

function simulate(settings: Settings, accounts: Accounts): MarketSource {
  const random = new Random(settings.seed)
  const ids = random.fork()
  const venue = new Venue({ clock: settings.clock, newId: () => ids.uuid(), history: settings.history })
  const desk = new OrderDesk({ venue, accounts, limits: settings.orderLimits })
  let expiry: NodeJS.Timeout | undefined
  const simulation = new Simulation(venue, random.fork(), settings)
  return {
    feed: new LiveFeed({ venue, accounts }, () => simulation.onTradeAudience()),
    venue: () => venue,
    manual: new ManualDesk(venue),
    desk,
    replayStats: () => undefined,
    isMoving: (nowMs) => simulation.isMoving(nowMs),
    start() {
      simulation.start()
      expiry = setInterval(() => desk.expire(), expiryTickMs)
    },
    stop() {
      simulation.stop()
      clearInterval(expiry)
    },
  }
}

async function replay(
  { clock }: Settings,
  { file, speed = 1 }: { file: string; speed?: number },
): Promise<MarketSource> {
  const survey = await surveyRecording(file)
  let readable = true
  const onFailure = () => {
    readable = false
  }
  const feed = new ReplayFeed({ path: file, survey, speed, clock, onFailure })
  return {
    feed,
    venue: () => feed.venue,
    manual: undefined,
    desk: undefined,
    replayStats: () => feed.stats(),
    isMoving: () => readable,
    start: () => undefined,
    stop: () => feed.stop(),
  }
}
