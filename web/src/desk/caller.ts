import type { Schemas } from '../lib/api/client'

/** Whom the call-taker books for; the code is known only while the call lasts in which it was made. */
export type Caller = Schemas['CallerView'] & { claimCode?: string }

/** A request about the caller's things. */
export function forCaller(caller: Caller) {
  return { 'X-On-Behalf-Of': caller.account_id }
}
