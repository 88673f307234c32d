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
  readonly desk: ManualDesk | undefined
  replayStats(): ReplayStats | undefined
  isMoving(nowMs: number): boolean
  start(): void
  stop(): void
}

/** Opens the source the settings ask for. Rejects when a recording cannot be read. */
export async function openMarketSource(settings: Settings): Promise<MarketSource> {
  return settings.replay === undefined ? simulate(settings) : replay(settings, settings.replay)
}

function simulate(settings: Settings): MarketSource {
  const random = new Random(settings.seed)
  const ids = random.fork()
  const venue = new Venue({ clock: settings.clock, newId: () => ids.uuid(), history: settings.history })
  const simulation = new Simulation(venue, random.fork(), settings)
  return {
    feed: new LiveFeed(venue, () => simulation.onTradeAudience()),
    venue: () => venue,
    desk: new ManualDesk(venue),
    replayStats: () => undefined,
    isMoving: (nowMs) => simulation.isMoving(nowMs),
    start: () => simulation.start(),
    stop: () => simulation.stop(),
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
    desk: undefined,
    replayStats: () => feed.stats(),
    isMoving: () => readable,
    start: () => undefined,
    stop: () => feed.stop(),
  }
}
