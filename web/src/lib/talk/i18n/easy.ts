import type { TalkWords } from './ja'

const words: TalkWords = {
  callTitle: '見まもる 人と 話す',
  sayTitle: '車の 中の 人と 話す',
  lead: '車に 係の 人は いません。遠くで 見ている 人に すぐ とどきます。',
  said: '話した こと',
  nothing: 'まだ 話して いません。',
  supervisor: '見まもる 人',
  rider: '車の 中の 人',
  you: 'わたし',
  own: '自分の ことば',
  send: 'おくる',
  answer: 'さいごに よんだ 人だけに つたえる',
  phrases: {
    stopped_safely: 'あんぜんの ために 止まりました。',
    going_on_soon: 'もうすぐ 走ります。',
    help_is_coming: '助けに 行きます。',
    please_alight: 'ドアが あいたら おりて ください。',
    are_you_well: 'だいじょうぶですか。',
    all_is_well: 'だいじょうぶです。',
    what_happens: 'どうしましたか。なにが ありましたか。',
    unwell: 'きぶんが わるいです。',
    need_help: '助けて ください。',
    let_me_out: 'おろして ください。',
  },
}

export default words
