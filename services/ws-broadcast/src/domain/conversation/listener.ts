import { Client } from './client.ts'

/** A client that can only listen: it answers no pings, so it is told by what it takes whether it is there. */
export class Listener extends Client {
  override ping(): 'send' {
    return 'send'
  }
}
