/** The words of signed history that two rooms share: signature repair and the signature cache must mean the same thing by them. */

/** Google's documented stand-in on a function call whose own signature nobody has. Accepted by the Gemini API and by Vertex. */
export const placeholderSignature = 'skip_thought_signature_validator';

/** Every spelling of a stand-in that clients send: both documented texts, as they are and in base64. They sign nothing, so they are neither kept nor held against anybody. */
export const placeholderSignatures: ReadonlySet<string> = new Set([
  'skip_thought_signature_validator',
  'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=',
  'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I',
  'context_engineering_is_the_way_to_go',
  'Y29udGV4dF9lbmdpbmVlcmluZ19pc190aGVfd2F5X3RvX2dv',
]);

/** Where a Gemini part carries its signature. Both spellings are legal on the wire. */
export const geminiSignatureMembers = ['thoughtSignature', 'thought_signature'] as const;

/** How a signature begins that travels in another dialect than its maker's; its maker's family follows, up to a point. Also in base64, for fields that must hold it. */
export const sealPrefix = 'agt1.';
export const sealPrefixBase64 = 'YWd0MS';
