import { serveCalls } from '../../child/serve-calls.ts'
import { BookClients, type ClientsReport, type ClientsTarget } from './book-clients.ts'

export type ClientsCalls = {
  readonly open: { readonly input: ClientsTarget; readonly output: void }
  readonly clear: { readonly input: void; readonly output: void }
  readonly report: { readonly input: void; readonly output: ClientsReport }
  readonly close: { readonly input: void; readonly output: void }
}

const clients = new BookClients()

serveCalls<ClientsCalls>({
  open: (target) => clients.open(target),
  clear: () => clients.clear(),
  report: () => clients.report(),
  close: () => clients.close(),
})
