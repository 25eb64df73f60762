import createClient from 'openapi-fetch'
import type { Readable } from 'openapi-typescript-helpers'
import type { components, paths } from './schema'

/** As answers are read: the client's types turn tuples into arrays. */
type Schemas = Readable<components['schemas']>
export type AreaView = Schemas['AreaView']
export type PlaceView = Schemas['PlaceView']
export type JourneyView = Schemas['JourneyView']
export type LegView = Schemas['LegView']
export type JourneysView = Schemas['JourneysView']
export type PrincipalView = Schemas['PrincipalView']
export type { Schemas }

const TOKEN = 'maas.operator'

/** The operator token of this tab; it ends with the tab. */
export const operatorToken = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set: (token: string) => (token ? sessionStorage.setItem(TOKEN, token) : sessionStorage.removeItem(TOKEN)),
}

/** Every path, parameter and answer has the type that the server's own description gives it. */
export const http = createClient<paths, 'application/json' | 'application/geo+json'>({ baseUrl: '' })
http.use({
  onRequest({ request }) {
    const token = operatorToken.get()
    if (token && new URL(request.url).pathname.startsWith('/v1/fleet/')) request.headers.set('Authorization', `Bearer ${token}`)
    return request
  },
})

/** What the server says is wrong (RFC 9457); without words where something before the server answered. */
export class ProblemError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly type: string,
  ) {
    super(message)
  }

  /** The last part of the type, which names the kind of problem. */
  get slug(): string {
    return this.type.split('/').pop() ?? ''
  }
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer's body. Throws ProblemError for what the server refuses, TypeError where there is no network. */
export async function told<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked
  if (response.ok) return data as T
  const problem = (typeof error === 'object' && error ? error : {}) as { detail?: unknown; title?: string; type?: string }
  const detail = typeof problem.detail === 'string' ? problem.detail : problem.title
  throw new ProblemError(detail ?? '', response.status, problem.type ?? '')
}
