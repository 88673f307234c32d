import { runService } from '@whalecast/runtime'
import { parseConfig } from './config.ts'
import { startWsBroadcast } from './service.ts'

await runService('ws-broadcast', (ctx) => startWsBroadcast(parseConfig(ctx.env), ctx))
