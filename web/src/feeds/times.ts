/** Times of a timetable as people write them; what the server takes is `7:05`, `7:05/7:06`, レ or nothing. */
export const PASS = 'レ'
const PASSES = new Set([...'レﾚ✓✔と↓｜|∥‖＝=→‥…⋮・-−－—ー〃'])
const CLOCK = /^(\d{1,2})[:時.](\d{1,2})分?(?::\d\d)?$/
const DIGITS = /^\d{3,4}$/
const HOURS_MAX = 48

/** A cell as the server wants it; null: empty; undefined: it is no time. */
export function timeOf(text: string): string | null | undefined {
  const cell = text.normalize('NFKC').replace(/\s+/g, '')
  if (!cell) return null
  if (PASSES.has(cell)) return PASS
  const parts = cell.split('/').map(clockOf)
  return parts.length <= 2 && parts.every((part) => part !== undefined) ? parts.join('/') : undefined
}

function clockOf(text: string): string | undefined {
  const found = CLOCK.exec(text) ?? (DIGITS.test(text) ? [text, text.slice(0, -2), text.slice(-2)] : null)
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])]
  if (!found || hour >= HOURS_MAX || minute > 59) return undefined
  return `${hour}:${String(minute).padStart(2, '0')}`
}

/** Minutes of the service day of a cell's last time; null for a cell without one. */
export function minutesIn(cell: string | null, which: 'first' | 'last' = 'last'): number | null {
  if (cell === null || cell === PASS) return null
  const parts = cell.split('/')
  const [hour, minute] = (which === 'last' ? parts.at(-1)! : parts[0]!).split(':').map(Number)
  return hour === undefined || minute === undefined || Number.isNaN(hour + minute) ? null : hour * 60 + minute
}

/** A cell some minutes later. */
export function later(cell: string | null, minutes: number): string | null {
  if (cell === null || cell === PASS) return cell
  return cell
    .split('/')
    .map((part) => {
      const at = (minutesIn(part) ?? 0) + minutes
      return `${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')}`
    })
    .join('/')
}

/**
 * Row of the timetable -> cells of a range that was copied from a spreadsheet. Where the range begins with names of
 * stops, they say which rows are meant and lines without one (headings) are left out; else `row` is the first.
 */
export function pastedCells(text: string, stops: string[], row: number): Map<number, string[]> {
  const lines = text.replace(/\r/g, '').replace(/\n$/, '').split('\n').map((line) => line.split('\t'))
  const names = stops.map(plain)
  const found = new Map<number, string[]>()
  let last = -1
  for (const [name, ...cells] of lines) {
    if (!plain(name ?? '')) continue
    const next = names.indexOf(plain(name ?? ''), last + 1) // a loop calls at a stop twice, in its order
    const at = next >= 0 ? next : names.indexOf(plain(name ?? ''))
    if (at >= 0) found.set((last = at), cells)
  }
  return found.size ? found : new Map(lines.map((cells, k) => [row + k, cells]))
}

function plain(name: string): string {
  return name.normalize('NFKC').replace(/\s|停留所$|バス停$/g, '')
}
