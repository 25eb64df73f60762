const words = {
  callTitle: '見守りの人と話す',
  sayTitle: '車内の人と話す',
  lead: '車に乗務員はいません。遠くから見守る人に、すぐ届きます。',
  said: 'やりとり',
  nothing: 'まだ何も話していません。',
  supervisor: '見守りの人',
  rider: '車内の人',
  you: 'わたし',
  own: '自分のことば',
  send: '送る',
  answer: '最後に呼んだ人だけに伝える',
  phrases: {
    stopped_safely: '安全のため停車しました。',
    going_on_soon: 'まもなく走り出します。',
    help_is_coming: '助けがむかっています。',
    please_alight: 'ドアが開いたら、降りてください。',
    are_you_well: 'だいじょうぶですか。',
    all_is_well: 'だいじょうぶです。',
    what_happens: '何が起きていますか。',
    unwell: '気分が悪いです。',
    need_help: '助けてください。',
    let_me_out: '降ろしてください。',
  },
}

export type TalkWords = typeof words
export default words
