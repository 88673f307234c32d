import { Router } from 'express'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const allDay = [{ open_time: '00:00', close_time: '24:00' }]
/** Trading pauses on Thursdays from 03:00 to 05:00 Eastern Time; the simulator tells it and trades through it. */
const aroundThePause = [
  { open_time: '00:00', close_time: '03:00' },
  { open_time: '05:00', close_time: '24:00' },
]

/** GET /exchange/status and /exchange/schedule. */
export function exchangeRoutes(): Router {
  const routes = Router()
  const state = { exchange_active: true, trading_active: true, intra_exchange_transfers_active: true }

  routes.get('/exchange/status', (_request, response) => {
    const shard = { exchange_index: 0, description: 'default', ...state }
    response.json({ ...state, exchange_estimated_resume_time: null, exchange_index_statuses: [shard] })
  })

  routes.get('/exchange/schedule', (_request, response) => {
    const hours = weekdays.map((day) => [day, day === 'thursday' ? aroundThePause : allDay] as const)
    response.json({
      schedule: {
        standard_hours: [
          {
            start_time: '2025-01-01T00:00:00Z',
            end_time: '2035-01-01T00:00:00Z',
            ...Object.fromEntries(hours),
          },
        ],
        maintenance_windows: [],
      },
    })
  })

  return routes
}
