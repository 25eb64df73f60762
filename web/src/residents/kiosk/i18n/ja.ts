const words = {
  whereTo: 'どこへ行きますか',
  whereFrom: 'どこから出発しますか',
  from: (name: string) => `出発：${name}`,
  hint: '矢印で選び、決定を押してください',
  byLetters: '文字でさがす',
  otherStart: '出発する所を変える',
  back: '戻る',
  home: '最初から',
  erase: '1字消す',
  kana: 'かな',
  latin: 'ABC',
  letters: '文字の盤',
  typed: '打った文字',
  nothing: '見つかりません',
  ways: (to: string) => `${to}への行き方`,
  searching: 'さがしています…',
  noWay: '行き方が見つかりませんでした。',
  steps: '道じゅん',
  take: 'スマホに持っていく',
  takeHint: 'スマホのカメラで読むと、同じ行き方が開きます。予約と支払いはスマホでできます。',
  codeFor: 'この行き方を開くQRコード',
  failed: 'つながりません。少し待って、もう一度選んでください。',
  away: (seconds: number) => `${seconds}秒後に最初の画面へ戻ります。続けるには何か押してください。`,
  language: '言葉',
}

export type Kiosk = typeof words
export default words
