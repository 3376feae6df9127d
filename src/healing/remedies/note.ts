/** What a repaired or resumed request says at its end, and the journal shows. One sentence each: it must not become the subject of the conversation. */

export const repairNote =
  '[Gateway note: earlier reasoning in this conversation could not be replayed and is shown as plain text or left out; please continue with the task.]';

export const resumeNote =
  '[Gateway note: the connection broke in the middle of your last message. Go on exactly where it ends, in the same form; repeat nothing and do not mention this.]';
