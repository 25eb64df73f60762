import { clerk } from './clerk.svelte'
import { contents, keys, type Doc } from './documents'

interface Pattern {
  route: string
  direction: number | null
  headsign: string
  calls: { stop: string }[]
}

/** Lines, their patterns and days of a draft, with the names that people know them by. */
export class Lines {
  routes = $state.raw<{ id: string; name: string }[]>([])
  patterns = $state.raw<(Pattern & { id: string; name: string })[]>([])
  calendars = $state.raw<string[]>([])
  timetables = $state.raw<Set<string>>(new Set())
  stops = $state.raw<Map<string, string>>(new Map())
  ready = $state(false)

  async load() {
    const draft = clerk.at
    const [routes, patterns, calendars, timetables, stops] = await Promise.all([
      contents(draft, 'route'), contents(draft, 'pattern'), keys(draft, 'calendar'), keys(draft, 'timetable'), contents(draft, 'stop'),
    ])
    this.stops = new Map(stops.map((doc) => [doc.key, String(doc.content['name'])]))
    this.routes = routes.map((doc) => ({ id: doc.key, name: routeName(doc) }))
    this.patterns = patterns.map((doc) => this.#pattern(doc))
    this.calendars = calendars
    this.timetables = new Set(timetables)
    this.ready = true
  }

  #pattern(doc: Doc) {
    const content = doc.content as unknown as Pattern
    const ends = [content.calls[0], content.calls.at(-1)].map((call) => this.stops.get(call?.stop ?? '') ?? '')
    const name = `${content.headsign || doc.key} · ${ends.join(' → ')} (${content.calls.length})`
    return { ...content, id: doc.key, name }
  }
}

function routeName(doc: Doc): string {
  const { short_name: short, long_name: long } = doc.content as { short_name?: string; long_name?: string }
  return [short, long].filter(Boolean).join(' ') || doc.key
}
