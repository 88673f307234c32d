import { request } from 'node:http'

const image = 'redis:7.4-alpine'
const askMs = 1_000

/** Whether a Docker engine answers on its usual socket, or where DOCKER_HOST says. */
export function dockerAnswers(dockerHost: string | undefined): Promise<boolean> {
  const target = dockerHost ?? 'unix:///var/run/docker.sock'
  const where = target.startsWith('unix://')
    ? { socketPath: target.slice('unix://'.length) }
    : { host: new URL(target).hostname, port: new URL(target).port }
  return new Promise((resolve) => {
    const asked = request({ ...where, path: '/_ping', timeout: askMs }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.once('close', () => resolve(false))
    asked.end()
  })
}

/** Starts Redis in a container. */
export async function openRedisContainer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const forgetListeners = watchSignalListeners()
  try {
    const { GenericContainer } = await import('testcontainers')
    const container = await new GenericContainer(image).withExposedPorts(6379).start()
    return {
      url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
      stop: async () => {
        await container.stop()
        forgetListeners()
      },
    }
  } catch (error) {
    forgetListeners()
    throw error
  }
}

/** The container library listens for signals and never stops; a test must leave no listener. */
function watchSignalListeners(): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const before = signals.map((signal) => new Set(process.listeners(signal)))
  return () => {
    for (const [index, signal] of signals.entries()) {
      for (const listener of process.listeners(signal)) {
        if (!before[index]?.has(listener)) process.removeListener(signal, listener)
      }
    }
  }
}
