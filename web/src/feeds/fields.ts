import type { Kind } from './documents'

/** How a field of a document is asked for. */
export interface Field {
  name: string
  as: 'text' | 'date' | 'number' | 'url' | 'english' | 'list' | 'days' | 'mode' | 'special' | 'agency' | 'route' | 'zoned'
  required?: boolean
}

const field = (name: string, as: Field['as'] = 'text', required = false): Field => ({ name, as, required })

/** The kinds that have a form of their own here, with their fields (gtfs/authoring/documents.py). */
export const FORMS = {
  info: [
    field('publisher', 'text', true), field('url', 'url', true), field('lang'), field('start', 'date'), field('end', 'date'),
    field('version'), field('contact_email'), field('contact_url', 'url'),
  ],
  agency: [
    field('name', 'text', true), field('kana'), field('names', 'english'), field('url', 'url', true), field('phone'), field('email'),
  ],
  route: [
    field('agency', 'agency', true), field('short_name'), field('long_name'), field('kana'), field('names', 'english'),
    field('mode', 'mode'), field('color'), field('text_color'),
  ],
  calendar: [
    field('days', 'days'), field('start', 'date', true), field('end', 'date', true), field('holidays', 'special'),
    field('year_end', 'special'), field('also_on', 'list'), field('not_on', 'list'),
  ],
  fare: [field('agency', 'agency'), field('routes', 'list'), field('price', 'number'), field('ic_price', 'number')],
} satisfies Partial<Record<Kind, Field[]>>

export type FormKind = keyof typeof FORMS

/** What a new document of a kind begins with. */
export const BEGUN: Record<FormKind, Record<string, unknown>> = {
  info: { lang: 'ja' },
  agency: {},
  route: { mode: 'bus' },
  calendar: { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], holidays: 'no_service', year_end: 'as_usual' },
  fare: { price: 0 },
}
