import { http, told, type Schemas } from '../lib/api/client'

export type Card = Schemas['MethodView']
const KEY = 'maas.saving'
const ADDED = 'maas.added' // until this tab ends: whoever adds a card means to pay with it

/** Send the browser to the processor's own page, where a card is typed; it comes back to `then`. */
export async function addCard(then: string): Promise<void> {
  const saving = await told(http.POST('/v1/me/payment-methods', { body: { then } }))
  sessionStorage.setItem(KEY, saving.id)
  if (saving.url) location.assign(saving.url)
}

/** My cards, the preferred one first, and the one that was just added: coming back, its saving is looked after. */
export async function cards(): Promise<{ all: Card[]; added: string | null }> {
  const waiting = sessionStorage.getItem(KEY)
  let added = sessionStorage.getItem(ADDED)
  if (waiting) {
    sessionStorage.removeItem(KEY)
    const asked = told(http.GET('/v1/me/payment-methods/savings/{setup_id}', { params: { path: { setup_id: waiting } } }))
    added = (await asked.catch(() => null))?.method?.id ?? added
    if (added) sessionStorage.setItem(ADDED, added)
  }
  const all = await told(http.GET('/v1/me/payment-methods'))
  return { all, added: all.some((card) => card.id === added) ? added : null }
}
