import type { TalkWords } from './ja'

const words: TalkWords = {
  callTitle: 'Talk to the supervisor',
  sayTitle: 'Talk to the people on board',
  lead: 'There is no crew on board. This reaches the person who watches over the vehicle at once.',
  said: 'What was said',
  nothing: 'Nothing has been said yet.',
  supervisor: 'Supervisor',
  rider: 'Rider',
  you: 'You',
  own: 'Your own words',
  send: 'Send',
  answer: 'Only to the rider who called last',
  phrases: {
    stopped_safely: 'We have stopped for safety.',
    going_on_soon: 'We go on soon.',
    help_is_coming: 'Help is coming.',
    please_alight: 'Please get off when the doors open.',
    are_you_well: 'Are you all right?',
    all_is_well: 'I am all right.',
    what_happens: 'What is happening?',
    unwell: 'I feel unwell.',
    need_help: 'I need help.',
    let_me_out: 'Please let me get off.',
  },
}

export default words
