import { later, minutesIn, pastedCells, timeOf } from './times'

/** A trip as the grid holds it: what was typed, right or wrong. */
export interface Column {
  id: string
  headsign: string
  block: string
  times: string[]
}

export type Fault = 'bad' | 'backwards'

const UNDO_MAX = 100

/** A timetable being edited: stops down, trips across, each step can be taken back. */
export class Table {
  trips = $state.raw<Column[]>([])
  changed = $state(false)
  #past: Column[][] = []

  constructor(
    readonly stops: string[],
    trips: Column[],
  ) {
    this.trips = trips
  }

  /** Faults by trip and stop. */
  faults = $derived(this.trips.map((trip) => faultsOf(trip.times)))
  problems = $derived(this.faults.reduce((sum, one) => sum + one.size, 0))

  set(row: number, column: number, text: string) {
    if (this.trips[column]?.times[row] === text) return
    this.#change(this.trips.map((trip, k) => (k === column ? { ...trip, times: trip.times.with(row, written(text)) } : trip)))
  }

  /** Lay a copied range over the cells from here on; how many cells it filled. */
  paste(text: string, row: number, column: number): number {
    const rows = pastedCells(text, this.stops, row)
    const width = Math.max(0, ...[...rows.values()].map((cells) => cells.length))
    const trips = [...this.trips]
    while (trips.length < column + width) trips.push(this.#empty())
    let count = 0
    for (const [at, cells] of rows) {
      if (at >= this.stops.length) continue
      cells.forEach((cell, k) => {
        const trip = trips[column + k]!
        trips[column + k] = { ...trip, times: trip.times.with(at, written(cell)) }
        count += 1
      })
    }
    this.#change(trips)
    return count
  }

  addTrip(after: number) {
    this.#change(this.trips.toSpliced(after + 1, 0, this.#empty()))
  }

  removeTrip(column: number) {
    this.#change(this.trips.toSpliced(column, 1))
  }

  /** The trip again and again, so many minutes later each time. */
  repeat(column: number, minutes: number, times: number) {
    const trip = this.trips[column]
    if (!trip) return
    const more = Array.from({ length: times }, (_, k) => ({
      ...trip,
      id: '',
      block: '',
      times: trip.times.map((cell) => later(timeOf(cell) ?? null, minutes * (k + 1)) ?? ''),
    }))
    this.#change(this.trips.toSpliced(column + 1, 0, ...more))
  }

  undo() {
    const last = this.#past.pop()
    if (last) this.trips = last
  }

  /** The trips as the server wants them; empty ones are left out. */
  sent() {
    return this.trips
      .filter((trip) => trip.times.some((cell) => cell.trim()))
      .map((trip) => ({ ...trip, times: trip.times.map((cell) => timeOf(cell) ?? null) }))
  }

  #change(trips: Column[]) {
    this.#past = [...this.#past.slice(1 - UNDO_MAX), this.trips]
    this.trips = trips
    this.changed = true
  }

  #empty(): Column {
    return { id: '', headsign: '', block: '', times: this.stops.map(() => '') }
  }
}

/** A cell as it is shown: tidy if it is a time, as it was typed if it is none. */
function written(text: string): string {
  const found = timeOf(text)
  return found === undefined ? text.trim() : (found ?? '')
}

function faultsOf(times: string[]): Map<number, Fault> {
  const found = new Map<number, Fault>()
  let last = -1
  times.forEach((cell, row) => {
    const time = timeOf(cell)
    if (time === undefined) found.set(row, 'bad')
    else {
      const [first, end] = [minutesIn(time, 'first'), minutesIn(time)]
      if (first === null || end === null) return
      if (first < last || end < first) found.set(row, 'backwards')
      last = Math.max(last, end)
    }
  })
  return found
}
