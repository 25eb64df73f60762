import { common } from './i18n/common'
import { prefs } from './shell/prefs.svelte'

/** HH:MM on the area's clock: instants carry its offset, so the text itself is the clock. */
export function clock(instant: string): string {
  return instant.slice(11, 16)
}

export function minutesOf(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60))
}

export function duration(seconds: number): string {
  const minutes = minutesOf(seconds)
  return minutes < 60 ? common.t.minutes(minutes) : common.t.hours(Math.floor(minutes / 60), minutes % 60)
}

/** Yen as this language writes them; amounts are minor units, and the yen has none below it. */
export function yen(amount: number): string {
  return common.t.yen(new Intl.NumberFormat(prefs.tag).format(amount))
}

/** A day in words on the area's clock, as in "Wed 25 November". */
export function dayName(instant: string | Date, timeZone: string): string {
  const shape = { timeZone, weekday: 'short', month: 'long', day: 'numeric' } as const
  return new Intl.DateTimeFormat(prefs.tag, shape).format(new Date(instant))
}

/** The day of an instant that carries the area's offset, where it is another one than `day`. */
export function otherDay(instant: string, day: string, timeZone: string): string {
  return instant.slice(0, 10) === day ? '' : dayName(instant, timeZone)
}

/** HH:MM of any instant on the area's clock. */
export function clockIn(instant: string | Date, timeZone: string): string {
  const shape = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat('en-GB', shape).format(new Date(instant))
}

export function metres(m: number): number {
  return m < 100 ? Math.round(m / 5) * 5 : Math.round(m / 10) * 10
}

/** Value for `<input type="datetime-local">` of a moment on the area's clock. */
export function localMinute(date: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(date)
  const get = (type: string) => parts.find((p) => p.type === type)?.value ?? '00'
  return `${get('year')}-${get('month')}-${get('day')}T${get('hour')}:${get('minute')}`
}

export function shifted(local: string, minutes: number): string {
  const moved = new Date(`${local}:00Z`)
  moved.setUTCMinutes(moved.getUTCMinutes() + minutes)
  return moved.toISOString().slice(0, 16)
}

const DARK = '10242a'

/** Dark or white ink, whichever contrasts more with the colour (WCAG contrast ratio). */
export function inkOn(hex: string): string {
  const ratio = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  const ground = luminance(hex)
  return ratio(ground, 1) >= ratio(ground, luminance(DARK)) ? '#ffffff' : `#${DARK}`
}

/** The colour, darkened until white or dark ink on it can be read (4.5:1). */
export function legible(hex: string): string {
  let colour = hex
  for (let step = 0; step < 20; step++) {
    const ground = luminance(colour)
    const best = Math.max(1.05 / (ground + 0.05), (ground + 0.05) / (luminance(DARK) + 0.05))
    if (best >= 4.6) break
    const channels = [0, 2, 4].map((k) => Math.round(parseInt(colour.slice(k, k + 2), 16) * 0.95))
    colour = channels.map((c) => c.toString(16).padStart(2, '0')).join('')
  }
  return colour
}

function luminance(hex: string): number {
  const channel = (k: number) => {
    const c = parseInt(hex.slice(k, k + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}
