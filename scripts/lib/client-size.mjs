// How large the SDK is for a browser, and what is in it.
import { createRequire } from 'node:module'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

const kib = 1_024

/** What a page pays for the SDK, the code of the workspace that it leans on included. */
const clientLimitBytes = 10 * kib

/** The bundler that also builds the console. */
async function bundler(root) {
  const { resolve } = createRequire(join(root, 'packages/console/package.json'))
  return import(pathToFileURL(resolve('vite')).href)
}

/** The SDK as a browser gets it from a bundler: minified text, and the files that are in it, relative to `root`. */
export async function bundleClient(root, entry = 'packages/client/src/index.ts') {
  const { build } = await bundler(root)
  const { output } = await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
    build: {
      write: false,
      minify: true,
      modulePreload: { polyfill: false },
      rollupOptions: { input: join(root, entry), preserveEntrySignatures: 'strict' },
    },
  })
  const chunks = output.filter(({ type }) => type === 'chunk')
  const files = chunks.flatMap(({ modules }) =>
    Object.entries(modules)
      .filter(([, { renderedLength }]) => renderedLength > 0)
      .map(([file]) => relative(root, file.replaceAll('\0', '')).split(sep).join('/')),
  )
  return { text: chunks.map(({ code }) => code).join('\n'), files }
}

/** Everything about a bundle of the SDK that breaks its promise, one line each. */
export function bundleProblems({ text, files }, limitBytes = clientLimitBytes) {
  const bytes = gzipSync(text, { level: 9 }).length
  const strangers = files.filter((file) => !/^packages\/(client|socket|events)\//.test(file))
  // Schemas stay with the servers: only the wire part of events is free of them.
  const schemas = files.filter(
    (file) => /^packages\/events\/(?!src\/wire\/)/.test(file) || /\bzod\b/.test(file),
  )
  return [
    ...(bytes > limitBytes
      ? [`the SDK takes ${bytes} bytes, minified and gzipped; ${limitBytes} are allowed`]
      : []),
    ...strangers.map((file) => `the SDK contains ${file}, which is not of the workspace's SDK`),
    ...schemas.map((file) => `the SDK contains schemas: ${file}`),
    ...(/\bZod\w+\b/.test(text) ? ['the SDK contains zod'] : []),
  ]
}

/** Size of a bundle in words. */
export const sizeNote = ({ text }) =>
  `${(gzipSync(text, { level: 9 }).length / kib).toFixed(2)} of ${clientLimitBytes / kib} KiB, minified and gzipped`
