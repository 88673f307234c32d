import { useCallback } from 'react'
import { AccountStrip } from './panels/account.tsx'
import { ActivityPanel } from './panels/activity.tsx'
import { Announcer } from './panels/announcer.tsx'
import { ConnectionPanel } from './panels/connection.tsx'
import { DecisionsPanel } from './panels/decisions.tsx'
import { ExchangeFeedPanel } from './panels/exchange-feed.tsx'
import { Header } from './panels/header.tsx'
import { Notice } from './panels/notice.tsx'
import { OurTradesPanel } from './panels/our-trades.tsx'
import { PositionsPanel } from './panels/positions.tsx'
import { ServiceHealthPanel } from './panels/service-health.tsx'
import { TapePanel } from './panels/tape.tsx'
import { ToastStack } from './panels/toasts.tsx'
import { Vitals } from './panels/vitals.tsx'
import { WhaleEventsPanel } from './panels/whale-events.tsx'
import { WhaleQueuePanel } from './panels/whale-queue.tsx'
import { accountTrouble } from './state/account-trouble.ts'
import { presentState } from './state/machine.ts'
import { serverNowMs } from './state/screen.ts'
import { hasTrades, isTrading } from './state/trading.ts'
import { useScreen, useStore } from './use-screen.ts'

/** The page: which panel gets what. Each panel takes plain values, so this is the only place that knows the store. */
export function App() {
  const connected = useConnected()
  const trades = useScreen(({ trading, following }) => hasTrades(trading.state, following.follow))
  return (
    <>
      <Top />
      <main className="page" data-connected={connected} data-trading={trades || undefined}>
        {trades && <TradingRow />}
        <div className="board">
          <div className="column column-whales">
            <Queue />
            <ActivityLog />
          </div>
          <div className="column column-events">
            <Events />
            <Feed />
            <Connection />
          </div>
          <div className="column column-tape">
            <Tape />
            <Health />
          </div>
        </div>
      </main>
      <Toasts />
    </>
  )
}

const useConnected = () => useScreen((screen) => screen.link.state.type === 'connected')
const useAccountTrouble = () => useScreen(({ health, trading }) => accountTrouble(health, trading.state))
const useServerNow = () => useScreen(serverNowMs)

function Top() {
  const link = useScreen((screen) => screen.link)
  const machine = useScreen((screen) => screen.machine)
  const health = useScreen((screen) => screen.health)
  const status = useScreen((screen) => screen.status)
  const whales = useScreen((screen) => screen.whales)
  const nowMs = useScreen((screen) => screen.nowMs)
  // By the second: the age is not read finer than that, and frames come hundreds a second.
  const lastDataAtMs = useScreen(({ lastDataAtMs: at }) => at && Math.floor(at / 1_000) * 1_000)
  const server = useServerNow()
  const trading = useScreen(({ trading: known, following }) => isTrading(known.state, following.follow))
  const { state } = presentState(machine, { connected: useConnected(), serverNowMs: server })
  return (
    <div className="top-bar">
      <Header link={link} machine={machine} lastDataAtMs={lastDataAtMs} nowMs={nowMs} serverNowMs={server} />
      <Notice link={link} health={health} lastDataAtMs={lastDataAtMs} nowMs={nowMs} />
      <Vitals status={status} link={link} serverNowMs={server} />
      {trading && <Account />}
      <Announcer link={link} state={state} whales={whales} />
    </div>
  )
}

function Account() {
  const account = useScreen((screen) => screen.trading.state)
  const trouble = useAccountTrouble()
  return (
    <AccountStrip
      account={account}
      trouble={trouble}
      connected={useConnected()}
      serverNowMs={useServerNow()}
    />
  )
}

function TradingRow() {
  const trading = useScreen((screen) => screen.trading)
  const following = useScreen((screen) => screen.following)
  const at = { connected: useConnected(), serverNowMs: useServerNow() }
  return (
    <div className="trading">
      <PositionsPanel trading={trading} trouble={useAccountTrouble()} {...at} />
      <OurTradesPanel account={trading.state} follow={following.follow} {...at} />
      <DecisionsPanel following={following} {...at} />
    </div>
  )
}

function Toasts() {
  const store = useStore()
  const toasts = useScreen((screen) => screen.toasts)
  return (
    <ToastStack
      toasts={toasts}
      onDismiss={(activityId) => store.dispatch({ type: 'toast_dismissed', activityId })}
      onHeld={(held) => store.dispatch({ type: 'toasts_held', held, atMs: Date.now() })}
    />
  )
}

function Queue() {
  const whaleQueue = useScreen((screen) => screen.whaleQueue)
  const rows = useScreen((screen) => screen.whaleRows)
  // Who does not follow whales has no use for what became of them.
  const following = useScreen(({ following: all }) =>
    all.follow !== null && all.follow.strategy !== 'hold' ? all : null,
  )
  return (
    <WhaleQueuePanel whaleQueue={whaleQueue} rows={rows} following={following} serverNowMs={useServerNow()} />
  )
}

function Events() {
  const whales = useScreen((screen) => screen.whales)
  return <WhaleEventsPanel whales={whales} connected={useConnected()} serverNowMs={useServerNow()} />
}

function Tape() {
  const store = useStore()
  const tape = useScreen((screen) => screen.tape)
  const rate = useScreen((screen) => screen.link.tradeRates.at(-1))
  const onPaused = useCallback((paused: boolean) => store.dispatch({ type: 'tape_paused', paused }), [store])
  return <TapePanel tape={tape} rate={rate} connected={useConnected()} onPaused={onPaused} />
}

function ActivityLog() {
  return <ActivityPanel lines={useScreen((screen) => screen.activities)} connected={useConnected()} />
}

function Health() {
  const health = useScreen((screen) => screen.health)
  return <ServiceHealthPanel health={health} connected={useConnected()} serverNowMs={useServerNow()} />
}

function Feed() {
  const feed = useScreen((screen) => screen.feed)
  return <ExchangeFeedPanel feed={feed} connected={useConnected()} serverNowMs={useServerNow()} />
}

function Connection() {
  return (
    <ConnectionPanel link={useScreen((screen) => screen.link)} nowMs={useScreen((screen) => screen.nowMs)} />
  )
}
