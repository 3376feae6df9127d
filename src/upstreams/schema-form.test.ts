import { describe, expect, it } from 'vitest';
import { Refusal } from '../model/failure.ts';
import type { UpstreamAnswer, UpstreamAttempt } from '../model/ports.ts';
import type { ClientRequest, Protocol } from '../model/request.ts';
import { capabilitiesOf } from '../routing/capabilities.ts';
import { accountOf } from './loopback.testing.ts';
import { createSchemaForms } from './schema-form.ts';

const schema = { type: 'object', properties: { a: { type: 'string', const: 'x' } }, additionalProperties: false };
const unknownName = `Invalid JSON payload received. Unknown name "parametersJsonSchema" at 'tools[0].function_declarations[0]': Cannot find field.`;

function attemptIn(protocol: Protocol, json: Record<string, unknown>): UpstreamAttempt {
  const body = Buffer.from(JSON.stringify(json));
  const request: ClientRequest = {
    protocol,
    operation: 'generate',
    model: 'm',
    framing: 'sse',
    body,
    json,
    passHeaders: {},
  };
  return { account: accountOf('gemini', 'http://x'), model: 'gemini-2.5-flash', request, edits: [] };
}
const fromClaude = attemptIn('anthropic', {
  model: 'm',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'hi' }],
  tools: [{ name: 'look_up', input_schema: schema }],
});

function upstream(accepts: (declaration: Record<string, unknown>) => boolean) {
  const sent: Record<string, unknown>[] = [];
  const send = async ({ request }: UpstreamAttempt): Promise<UpstreamAnswer> => {
    const body = JSON.parse(Buffer.from(request.body).toString());
    const declaration = body.tools[0].functionDeclarations[0];
    sent.push(declaration);
    if (!accepts(declaration)) {
      throw new Refusal({ kind: 'request-refused', reach: 'refused', status: 400, detail: unknownName });
    }
    return {
      status: 200,
      headers: {},
      body: { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) },
    };
  };
  return { sent, send };
}

describe('schemas for a Gemini upstream', () => {
  it('are sent as the client wrote them where they are accepted', async () => {
    const { sent, send } = upstream(() => true);
    await createSchemaForms(capabilitiesOf).open(fromClaude, 'gemini', send);
    expect(sent).toEqual([expect.objectContaining({ parametersJsonSchema: schema })]);
  });

  it('are sent as the smaller subset after a refusal, and at once the next time', async () => {
    const { sent, send } = upstream((declaration) => 'parameters' in declaration);
    const forms = createSchemaForms(capabilitiesOf);
    await forms.open(fromClaude, 'gemini', send);
    await forms.open(fromClaude, 'gemini', send);
    expect(sent.map((declaration) => ('parameters' in declaration ? 'subset' : 'whole'))).toEqual([
      'whole',
      'subset',
      'subset',
    ]);
    expect(JSON.stringify(sent[1])).not.toContain('additionalProperties');
  });

  it('are not rewritten when the client itself speaks Gemini', async () => {
    const { sent, send } = upstream(() => false);
    const declared = { functionDeclarations: [{ name: 'look_up', parametersJsonSchema: schema }] };
    const own = attemptIn('gemini', { contents: [{ parts: [{ text: 'hi' }] }], tools: [declared] });
    await expect(createSchemaForms(capabilitiesOf).open(own, 'gemini', send)).rejects.toThrow(Refusal);
    expect(sent).toHaveLength(1);
  });
});
