import { http, operatorToken, told, type PrincipalView } from '../api/client'
import { prefs } from './prefs.svelte'

export type Role = PrincipalView['roles'] extends (infer R)[] | undefined ? R : never

/** Who is at this browser. The cookie of the one ID says it; no script ever sees the cookie. */
class Session {
  who = $state<PrincipalView | null>(null)
  /** Whether a token of the server lets this tab in as an operator. */
  token = $state(operatorToken.get() !== '')

  get signedIn() {
    return this.who?.signed_in ?? false
  }

  get isGuest() {
    return this.signedIn && !this.has('resident')
  }

  has(...roles: Role[]) {
    return roles.some((role) => this.who?.roles?.includes(role))
  }

  async load() {
    this.who = await told(http.GET('/v1/session'))
    return this.who
  }

  /** A guest account where nobody has signed in: enough to book, and to claim the bookings later. */
  async asGuest() {
    if ((this.who ?? (await this.load())).signed_in) return
    await told(http.POST('/v1/signin/guest', { body: { language: prefs.tag } }))
    await this.load()
  }

  async signOut() {
    this.showToken('')
    await told(http.DELETE('/v1/session'))
    await this.load()
  }

  showToken(token: string) {
    operatorToken.set(token)
    this.token = token !== ''
  }
}

export const session = new Session()

/** The page of the one ID, and back to here. */
export function signInUrl(): string {
  return `/signin?then=${encodeURIComponent(location.pathname + location.search)}`
}
