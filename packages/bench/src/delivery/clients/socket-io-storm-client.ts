import type { Place } from '@whalecast/delivery'
import type { ClientOptions } from 'ws'
import { StormClient } from './storm-client.ts'

type Whale = Place & { readonly whale_id: string }

/** The same for a server of Socket.IO; Engine.IO 4: `0` open, `2` ping, `40` connected, `42` an event. */
export class SocketIoStormClient extends StormClient {
  protected socketOf(url: string): readonly [string, string[], ClientOptions] {
    return [`${url}/socket.io/?EIO=4&transport=websocket`, [], {}]
  }

  protected onText(text: string, token: string): { readonly say?: string; readonly ready?: boolean } {
    if (text.startsWith('0')) return { say: `40${JSON.stringify({ token })}` }
    if (text.startsWith('40')) return { say: `42${JSON.stringify(['subscribe', ['whales']])}` }
    if (text === '2') return { say: '3' }
    if (!text.startsWith('42')) return {}
    const [event, data]: [string, Whale] = JSON.parse(text.slice(2))
    if (event === 'subscribed') return { ready: true }
    const { whale_id: id, epoch, offset } = data
    this.record({ type: 'entry', client: this.name, channel: 'whales', id, epoch, offset })
    return {}
  }
}
