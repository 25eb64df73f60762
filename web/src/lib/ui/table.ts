/** A column; one with a value can be sorted by. */
export interface Column<R> {
  id: string
  text: string
  value?: (row: R) => string | number
  number?: boolean
}

/** The rows in a column's order; equal rows stay as they were. */
export function sorted<R>(rows: R[], column: Column<R> | undefined, down: boolean): R[] {
  const value = column?.value
  if (!value) return rows
  const sign = down ? -1 : 1
  return [...rows].sort((a, b) => sign * compare(value(a), value(b)))
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), undefined, { numeric: true })
}

/** One page of rows; a first row beyond the end is that of the last page. */
export function page<R>(rows: R[], first: number, size: number): { first: number; rows: R[] } {
  const last = Math.max(0, Math.floor((rows.length - 1) / size) * size)
  const from = Math.min(Math.max(first, 0), last)
  return { first: from, rows: rows.slice(from, from + size) }
}
