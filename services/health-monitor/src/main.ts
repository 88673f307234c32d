import { runService } from '@whalecast/runtime'
import { parseConfig } from './config.ts'
import { startHealthMonitor } from './service.ts'

await runService('health-monitor', (ctx) => startHealthMonitor(parseConfig(ctx.env), ctx))
