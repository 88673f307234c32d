import type { Schedule } from './store.ts'

// Hidden pages get no animation frames; without the timer a page in the background would gather frames for hours.
const hiddenMs = 500

/** Once an animation frame while the page is seen, else a few times a second. */
export const onAnimationFrame: Schedule = (flush) => {
  let done = false
  const once = () => {
    if (done) return
    done = true
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    flush()
  }
  const frame = requestAnimationFrame(once)
  const timer = setTimeout(once, hiddenMs)
}
