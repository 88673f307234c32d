import { type Request, Router } from 'express'
import type { GroupDesk } from '../accounts/group-desk.ts'
import { OrderRefusal } from '../accounts/order-refusal.ts'
import { formatCount } from '../venue/units.ts'
import { callerOf } from './caller.ts'
import { parseGroupLimit } from './order-requests.ts'

/** Order groups: orders that are cancelled together. */
export function groupRoutes(desk: GroupDesk | undefined): Router {
  const routes = Router()
  const openDesk = (): GroupDesk => {
    if (!desk) throw new OrderRefusal(409, 'trading_is_inactive', 'a recording cannot be traded on')
    return desk
  }

  routes.post('/portfolio/order_groups/create', (request, response) => {
    const id = openDesk().create(callerOf(request), parseGroupLimit(request.body))
    response.status(201).json({ order_group_id: id, subaccount: 0, exchange_index: 0 })
  })

  routes.get('/portfolio/order_groups', (request, response) => {
    const groups = callerOf(request).groups.list()
    response.json({ order_groups: groups.map(({ id, limitE2 }) => ({ id, ...settingsOf(limitE2) })) })
  })

  routes.get('/portfolio/order_groups/:id', (request, response) => {
    const account = callerOf(request)
    const { id, limitE2 } = openDesk().get(account, request.params.id)
    const orders = account.resting().flatMap((order) => (order.groupId === id ? [order.id] : []))
    response.json({ ...settingsOf(limitE2), orders })
  })

  routes.delete('/portfolio/order_groups/:id', (request, response) => {
    openDesk().delete(callerOf(request), request.params.id)
    response.json({})
  })

  const actions = {
    reset: (request: Request, id: string) => openDesk().reset(callerOf(request), id),
    trigger: (request: Request, id: string) => openDesk().trigger(callerOf(request), id),
    limit: (request: Request, id: string) =>
      openDesk().setLimit(callerOf(request), id, parseGroupLimit(request.body)),
  }
  for (const [name, act] of Object.entries(actions)) {
    routes.put(`/portfolio/order_groups/:id/${name}`, (request, response) => {
      act(request, request.params['id'])
      response.json({})
    })
  }
  return routes
}

function settingsOf(limitE2: number) {
  return { contracts_limit_fp: formatCount(limitE2), is_auto_cancel_enabled: true, exchange_index: 0 }
}
