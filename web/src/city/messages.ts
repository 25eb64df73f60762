const catalogues = {
  ja: () => import('./i18n/ja'),
  en: () => import('./i18n/en'),
  zh: () => import('./i18n/zh'),
  ko: () => import('./i18n/ko'),
}

/** What riders may be told of a kind of disaster, in all four languages, to be changed before it is sent. */
export async function suggestions(kind: string): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(catalogues).map(async ([code, load]) => [code, (await load()).default.messages[kind] ?? '']),
  )
  return Object.fromEntries(found) as Record<string, string>
}
