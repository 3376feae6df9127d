/** What a repaired request says at its end. One sentence: it stands in the user's own message and must not become the subject of the conversation. */

export const repairNote =
  '[Gateway note: earlier reasoning in this conversation could not be replayed and is shown as plain text or left out; please continue with the task.]';
