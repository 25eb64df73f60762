import type { TalkWords } from './ja'

const words: TalkWords = {
  callTitle: '관제원과 대화하기',
  sayTitle: '차 안의 사람과 대화하기',
  lead: '차에는 승무원이 없습니다. 멀리서 지켜보는 사람에게 바로 전해집니다.',
  said: '대화',
  nothing: '아직 대화가 없습니다.',
  supervisor: '관제원',
  rider: '승객',
  you: '나',
  own: '직접 쓰기',
  send: '보내기',
  answer: '마지막에 부른 승객에게만',
  phrases: {
    stopped_safely: '안전을 위해 멈췄습니다.',
    going_on_soon: '곧 다시 출발합니다.',
    help_is_coming: '도움이 오고 있습니다.',
    please_alight: '문이 열리면 내려 주세요.',
    are_you_well: '괜찮으십니까?',
    all_is_well: '괜찮습니다.',
    what_happens: '무슨 일입니까?',
    unwell: '몸이 좋지 않습니다.',
    need_help: '도와주세요.',
    let_me_out: '내려 주세요.',
  },
}

export default words
