import type { ExchangeSim } from '../exchange-sim.ts'

/** What /status tells. */
export function statusBody(sim: ExchangeSim, startedAtMs: number): object {
  const { framesSent, rest, replay, ...stats } = sim.stats()
  return {
    service: 'exchange-sim',
    started_at_ms: startedAtMs,
    ws_url: sim.wsUrl,
    api_url: sim.apiUrl,
    ...stats,
    frames_sent: framesSent,
    rest: {
      requests: rest.requests,
      unauthorized: rest.unauthorized,
      forbidden: rest.forbidden,
      rate_limited: rest.rateLimited,
      failed: rest.failed,
    },
    ...(replay && { replay: replayBody(replay) }),
  }
}

function replayBody({
  recorderLines,
  ...replay
}: NonNullable<ReturnType<ExchangeSim['stats']>['replay']>): object {
  return { ...replay, recorder_lines: recorderLines }
}
