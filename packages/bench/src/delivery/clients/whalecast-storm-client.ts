import type { Place } from '@whalecast/delivery'
import type { ServerFrame } from '@whalecast/client'
import type { ClientOptions } from 'ws'
import { StormClient } from './storm-client.ts'

/** Listens to whales, and comes back with its place. */
export class WhalecastStormClient extends StormClient {
  #place: Place | undefined

  protected socketOf(url: string, token: string): readonly [string, string[], ClientOptions] {
    return [`${url}?defaults=off`, ['whalecast.v1'], { headers: { authorization: `Bearer ${token}` } }]
  }

  protected override hello(): string {
    const resume = this.#place && { resume: { whales: this.#place } }
    return JSON.stringify({ type: 'subscribe', channels: ['whales'], ...resume })
  }

  protected onText(text: string): { readonly say?: string; readonly ready?: boolean } {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server is ours, its frames are tested elsewhere
    const frame = JSON.parse(text) as ServerFrame
    const of = { client: this.name, channel: 'whales' }
    if (frame.type === 'whale') {
      const { epoch = 0, offset = 0, data } = frame
      this.#place = { epoch, offset }
      this.record({ type: 'entry', ...of, id: data.whale_id, epoch, offset })
    } else if (frame.type === 'gap') {
      const { epoch, from, to } = frame.data
      this.#place = { epoch, offset: to }
      this.record({ type: 'gap', ...of, epoch, from, to })
    } else if (frame.type === 'ping') {
      return { say: JSON.stringify({ type: 'pong', timestamp_ms: frame.data.timestamp_ms }) }
    } else if (frame.type === 'subscribed') {
      this.recovered = frame.data.resumed?.['whales']?.recovered ?? false
      return { ready: frame.data.channels.includes('whales') }
    }
    return {}
  }
}
