const QUIET_MS = 2000
const SIGNS = ['pointerdown', 'keydown', 'scroll'] as const

/** A phone shows the area's picture first, and its map when there is something to see on it. */
export const isPhone = () => matchMedia('(max-width: 760px)').matches

/**
 * Calls `act` once when nobody has pressed, typed or scrolled for a moment, unless the returned function is called
 * before: opening the map takes a long task that would sit right in somebody's typing.
 */
export function whenQuiet(act: () => void): () => void {
  let timer = setTimeout(due, QUIET_MS)
  function due() {
    leave()
    act()
  }
  function wait() {
    clearTimeout(timer)
    timer = setTimeout(due, QUIET_MS)
  }
  function leave() {
    clearTimeout(timer)
    for (const sign of SIGNS) removeEventListener(sign, wait, true)
  }
  for (const sign of SIGNS) addEventListener(sign, wait, { capture: true, passive: true })
  return leave
}
