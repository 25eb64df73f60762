/** A list that others join while somebody looks at it: what they look at stays where it is. */

const AIMED_MS = 350
const RELEASED_MS = 60 // until the click that belongs to it is over

/** The nearest that scrolls: a panel on a desk, the page on a phone. */
function scroller(from: Element): Element {
  for (let at = from.parentElement; at; at = at.parentElement) {
    const flow = getComputedStyle(at).overflowY
    if ((flow === 'auto' || flow === 'scroll') && at.scrollHeight > at.clientHeight) return at
  }
  return document.scrollingElement ?? document.documentElement
}

/** What must not move: where the mouse is, what has the focus, or, scrolled into the list, what is first in view. */
function held(list: Element): Element | null {
  const focused = document.activeElement?.closest('li') ?? null
  const under = list.querySelector(':scope > li:hover')
  if (under && matchMedia('(hover: hover)').matches) return under
  if (focused && list.contains(focused)) return focused
  const top = Math.max(0, scroller(list).getBoundingClientRect().top)
  if (list.getBoundingClientRect().top >= top) return null
  return [...list.children].find((item) => item.getBoundingClientRect().bottom > top) ?? null
}

/** To be called before the list changes; what it gives, after: scrolls by as much as what is held has moved. */
export function steady(list: Element): () => void {
  const item = held(list)
  const before = item?.getBoundingClientRect().top ?? 0
  return () => {
    if (!item?.isConnected) return
    const moved = item.getBoundingClientRect().top - before
    if (Math.abs(moved) >= 1) scroller(list).scrollBy({ top: moved, behavior: 'instant' })
  }
}

/** Fingers on the list: nothing joins it while one is down, and a tap that was aimed before it moved is not taken. */
export class Touch {
  #down: Promise<void> | null = null
  #moved = -AIMED_MS

  /** Resolves when no finger or button is down. */
  async free(): Promise<void> {
    while (this.#down) await this.#down
  }

  /** The list has changed under whoever may be aiming. */
  moved() {
    this.#moved = performance.now()
  }

  down = () => {
    let release = () => {}
    this.#down = new Promise((resolve) => (release = resolve))
    const over = () => {
      removeEventListener('pointerup', over)
      removeEventListener('pointercancel', over)
      setTimeout(() => {
        this.#down = null
        release()
      }, RELEASED_MS)
    }
    addEventListener('pointerup', over)
    addEventListener('pointercancel', over)
  }

  /** In the capturing phase, before what was tapped hears of it. */
  click = (event: MouseEvent) => {
    const touch = (event as PointerEvent).pointerType === 'touch'
    if (touch && performance.now() - this.#moved < AIMED_MS) event.stopPropagation()
  }
}
