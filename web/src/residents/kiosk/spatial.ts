/** Moving between buttons with four arrow keys, by where they stand on the screen. */

type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

const isDirection = (key: string): key is Direction => ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(key)

/** Focuses the nearest button in the direction of an arrow key; whether the key was one. */
export function moveFocus(key: string, within: HTMLElement): boolean {
  if (!isDirection(key)) return false
  const all = [...within.querySelectorAll<HTMLElement>('button:not(:disabled), a[href]')]
  const now = document.activeElement
  const from = now instanceof HTMLElement && within.contains(now) && all.includes(now) ? now : null
  const next = from ? nearest(from, all, key) : all[0]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
  return true
}

/** Straight ahead counts once, aside three times: what stands in line wins over what is a little nearer. */
function nearest(from: HTMLElement, all: HTMLElement[], key: Direction): HTMLElement | undefined {
  const here = from.getBoundingClientRect()
  let best: HTMLElement | undefined
  let least = Infinity
  for (const one of all) {
    if (one === from) continue
    const { ahead, aside } = distances(here, one.getBoundingClientRect(), key)
    if (ahead <= 0) continue
    const cost = ahead + 3 * aside
    if (cost < least) [best, least] = [one, cost]
  }
  return best
}

function distances(here: DOMRect, there: DOMRect, key: Direction): { ahead: number; aside: number } {
  const upright = key === 'ArrowUp' || key === 'ArrowDown'
  const step = upright ? there.top + there.height / 2 - (here.top + here.height / 2) : there.left + there.width / 2 - (here.left + here.width / 2)
  const gap = upright ? Math.max(there.left - here.right, here.left - there.right, 0) : Math.max(there.top - here.bottom, here.top - there.bottom, 0)
  const ahead = key === 'ArrowUp' || key === 'ArrowLeft' ? -step : step
  // Tiles of one row differ by fractions of a pixel; that is not "below".
  return { ahead: ahead > 2 ? ahead : 0, aside: gap }
}
