const QUIET_MS = 2000
const SIGNS = ['pointerdown', 'keydown', 'scroll'] as const

/**
 * Calls `act` once when the map is due: on a wide screen at once; on a phone when nobody has pressed, typed or scrolled
 * for a moment. What is read and pressed comes first where processors and networks are slow: opening the map takes
 * a long task that would sit right in somebody's typing.
 */
export function whenMapIsDue(act: () => void): () => void {
  if (!matchMedia('(max-width: 760px)').matches) {
    act()
    return () => undefined
  }
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
