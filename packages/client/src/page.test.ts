import { expect, test } from '@jest/globals'
import { pageOf } from './page.ts'

class FakeDocument extends EventTarget {
  visibilityState = 'visible'
}
class FakeWindow extends EventTarget {
  readonly document = new FakeDocument()
}

test('it wakes when the network is back and when somebody looks again, until it is not watched any more', () => {
  const window = new FakeWindow()
  const page = pageOf(window)
  const woken: string[] = []
  let doubts = 0
  const end = page.watch(
    (why) => woken.push(why),
    () => (doubts += 1),
  )
  window.dispatchEvent(new Event('offline'))
  window.dispatchEvent(new Event('online'))
  window.document.visibilityState = 'hidden'
  window.document.dispatchEvent(new Event('visibilitychange'))
  expect({ hidden: page.hidden, woken: woken.length }).toEqual({ hidden: true, woken: 1 })
  window.document.visibilityState = 'visible'
  window.document.dispatchEvent(new Event('visibilitychange'))
  expect({ hidden: page.hidden, woken: woken.length }).toEqual({ hidden: false, woken: 2 })
  end()
  window.dispatchEvent(new Event('online'))
  window.document.dispatchEvent(new Event('visibilitychange'))
  window.dispatchEvent(new Event('offline'))
  expect({ woken: woken.length, doubts }).toEqual({ woken: 2, doubts: 1 })
})

test('where there is no page nothing is hidden and nothing wakes', () => {
  const page = pageOf({})
  expect(page.hidden).toBe(false)
  const never = () => {
    throw new Error('woken')
  }
  page.watch(never, never)()
})
