import { runService } from '@whalecast/runtime'
import { parseConfig } from './config.ts'
import { startIngest } from './service.ts'

await runService('ingest', (ctx) => startIngest(parseConfig(ctx.env), ctx))
