import { http, ProblemError, told, type Schemas } from '../lib/api/client'

export type Doc = Schemas['DocumentView']
export type Kind = 'info' | 'agency' | 'stop' | 'route' | 'calendar' | 'pattern' | 'timetable' | 'fare' | 'flex'
export type Content = Record<string, unknown>

/** A draft's address. */
export interface Draft {
  feed: string
  id: string
}

export interface Difference {
  field: string
  yours: unknown
  current: unknown
}

/** Somebody else changed the document since it was read. */
export class Conflict extends Error {
  constructor(
    message: string,
    readonly differences: Difference[],
  ) {
    super(message)
  }
}

const at = (draft: Draft, kind: Kind, key: string) => ({ feed_id: draft.feed, draft_id: draft.id, kind, key })

export async function contents(draft: Draft, kind: Kind): Promise<Doc[]> {
  const path = { feed_id: draft.feed, draft_id: draft.id, kind }
  return told(http.GET('/v1/feeds/{feed_id}/drafts/{draft_id}/contents/{kind}', { params: { path } }))
}

export async function keys(draft: Draft, kind: Kind): Promise<string[]> {
  const path = { feed_id: draft.feed, draft_id: draft.id, kind }
  return told(http.GET('/v1/feeds/{feed_id}/drafts/{draft_id}/documents/{kind}', { params: { path } }))
}

export async function read(draft: Draft, kind: Kind, key: string): Promise<Doc> {
  return told(http.GET('/v1/feeds/{feed_id}/drafts/{draft_id}/documents/{kind}/{key}', { params: { path: at(draft, kind, key) } }))
}

/** Put a document over the one with this tag; null: there must be none yet. Throws Conflict, ProblemError. */
export async function put(draft: Draft, kind: Kind, key: string, content: Content, tag: string | null): Promise<Doc> {
  const header = tag === null ? { 'if-none-match': '*' } : { 'if-match': `"${tag}"` }
  const asked = http.PUT('/v1/feeds/{feed_id}/drafts/{draft_id}/documents/{kind}/{key}', {
    params: { path: at(draft, kind, key), header },
    body: content,
  })
  return told(refused(asked))
}

/** Take a document out of the draft. Throws Conflict, ProblemError. */
export async function remove(draft: Draft, kind: Kind, key: string, tag: string): Promise<void> {
  const params = { path: at(draft, kind, key), header: { 'if-match': `"${tag}"` } }
  await told(refused(http.DELETE('/v1/feeds/{feed_id}/drafts/{draft_id}/documents/{kind}/{key}', { params })))
}

async function refused<A extends { error?: unknown; response: Response }>(asked: Promise<A>): Promise<A> {
  const answer = await asked
  if (answer.response.status === 412) {
    const problem = answer.error as { detail?: string; differences?: Difference[] }
    throw new Conflict(problem.detail ?? '', problem.differences ?? [])
  }
  return answer
}

/** Whether an error only says that the draft has no such document. */
export function isMissing(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 404
}
