// How AWS's services say that members of a request break a constraint: one sentence a member, all of them in one message.

/** `shown`: `Value`, `Value null` or `Value '…'`. The member's name is written with a small first letter. */
export function constraintSentence(shown: string, member: string, constraint: string): string {
  return `${shown} at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: ${constraint}`;
}

/** `sentences`: at least one. */
export function validationMessage(sentences: readonly string[]): string {
  return `${sentences.length} validation ${sentences.length === 1 ? 'error' : 'errors'} detected: ${sentences.join('; ')}`;
}
