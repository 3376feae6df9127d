/**
 * The forms in which this dialect's tools that the client runs itself are called: functions, free text, OpenAI's own shell and patch tools. Each
 * row says how such a call and its result read as a plain function, and how a plain function's call is written back in the client's form.
 */

import { filledString, isTooDeep, type JsonObject, jsonOf, objectOf, objectsIn, stringOf } from '../json/shapes.ts';

/** How a tool that the request declared wants to be called; `name` is the client's own, without the namespace. */
export interface CallForm {
  readonly form: FormName;
  readonly name: string;
  readonly namespace?: string;
}

export type FormName = 'function' | 'custom' | 'local-shell' | 'shell' | 'apply-patch' | 'tool-search';

export interface FormRow {
  readonly callType: string;
  readonly outputType: string;
  /** Item ids begin so. */
  readonly idPrefix: string;
  /** For tools whose name is fixed. */
  readonly name?: string;
  readonly description?: string;
  /** Of the arguments, when the tool itself does not state it. */
  readonly schema?: JsonObject;
  /** The call's arguments as JSON text, from its item. */
  readArguments(item: JsonObject): string;
  /** The members of the call's item, from its arguments; undefined when they are broken, and nothing must be run. */
  writeArguments(argumentsJson: string): JsonObject | undefined;
  /** The result as text or parts, from the output item. */
  readOutput(item: JsonObject): unknown;
}

const text = { type: 'string' };
const integer = { type: 'integer' };

export const FORMS: Readonly<Record<FormName, FormRow>> = {
  function: {
    callType: 'function_call',
    outputType: 'function_call_output',
    idPrefix: 'fc',
    readArguments: (item) => objectText(filledString(item.arguments) ?? '{}'),
    writeArguments: (argumentsJson) => ({ arguments: argumentsJson }),
    readOutput: (item) => item.output,
  },
  custom: {
    callType: 'custom_tool_call',
    outputType: 'custom_tool_call_output',
    idPrefix: 'ctc',
    readArguments: (item) => JSON.stringify({ input: stringOf(item.input) ?? '' }),
    writeArguments: (argumentsJson) => {
      const input = stringOf(objectIn(argumentsJson)?.input);
      return input === undefined ? undefined : { input };
    },
    readOutput: (item) => item.output,
  },
  'local-shell': {
    callType: 'local_shell_call',
    outputType: 'local_shell_call_output',
    idPrefix: 'lsh',
    name: 'local_shell',
    description: 'Runs a command on the local machine and returns its output.',
    schema: {
      type: 'object',
      properties: {
        command: { type: 'array', items: text },
        working_directory: text,
        timeout_ms: integer,
        env: { type: 'object', additionalProperties: text },
      },
      required: ['command'],
    },
    readArguments: (item) => without(item.action, 'type'),
    writeArguments: (argumentsJson) => {
      const action = objectIn(argumentsJson);
      return action && { action: { type: 'exec', env: {}, ...action } };
    },
    readOutput: (item) => item.output,
  },
  shell: {
    callType: 'shell_call',
    outputType: 'shell_call_output',
    idPrefix: 'sh',
    name: 'shell',
    description: 'Runs shell commands and returns what they print.',
    schema: {
      type: 'object',
      properties: { commands: { type: 'array', items: text }, timeout_ms: integer, max_output_length: integer },
      required: ['commands'],
    },
    readArguments: (item) => without(item.action, 'type'),
    writeArguments: (argumentsJson) => {
      const action = objectIn(argumentsJson);
      return action && { action: { timeout_ms: null, max_output_length: null, ...action } };
    },
    readOutput: (item) => (typeof item.output === 'string' ? item.output : JSON.stringify(item.output ?? [])),
  },
  'apply-patch': {
    callType: 'apply_patch_call',
    outputType: 'apply_patch_call_output',
    idPrefix: 'apc',
    name: 'apply_patch',
    description: 'Creates, updates or deletes one file. `diff` is the change in V4A form; it is not needed to delete.',
    schema: {
      type: 'object',
      properties: {
        operation: {
          type: 'object',
          properties: {
            type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'] },
            path: text,
            diff: text,
          },
          required: ['type', 'path'],
        },
      },
      required: ['operation'],
    },
    readArguments: (item) => JSON.stringify({ operation: item.operation ?? {} }),
    writeArguments: (argumentsJson) => {
      const operation = objectOf(objectIn(argumentsJson)?.operation);
      return operation && { operation };
    },
    readOutput: (item) => stringOf(item.output) ?? stringOf(item.status) ?? '',
  },
  'tool-search': {
    callType: 'tool_search_call',
    outputType: 'tool_search_output',
    idPrefix: 'tsc',
    name: 'tool_search',
    readArguments: (item) =>
      typeof item.arguments === 'string' ? item.arguments : JSON.stringify(item.arguments ?? {}),
    writeArguments: (argumentsJson) => {
      const wanted = objectIn(argumentsJson);
      return wanted && { execution: 'client', arguments: wanted };
    },
    // The tools themselves are declared to the model with all others.
    readOutput: (item) => JSON.stringify({ tools: objectsIn(item.tools).map((tool) => tool.name ?? tool.type) }),
  },
};

const byCallType = new Map(Object.entries(FORMS).map(([form, row]) => [row.callType, form as FormName]));
const byOutputType = new Map(Object.entries(FORMS).map(([form, row]) => [row.outputType, form as FormName]));

export function formOfCall(type: string): FormName | undefined {
  return byCallType.get(type);
}

export function formOfOutput(type: string): FormName | undefined {
  return byOutputType.get(type);
}

function objectIn(text: string): JsonObject | undefined {
  return isTooDeep(text) ? undefined : objectOf(jsonOf(text));
}

/** A call that was cut off has broken arguments, and every other dialect demands an object. */
function objectText(text: string): string {
  return objectIn(text) === undefined ? JSON.stringify({ arguments: text }) : text;
}

function without(value: unknown, member: string): string {
  const members = Object.entries(objectOf(value) ?? {}).filter(([name, each]) => name !== member && each !== null);
  return JSON.stringify(Object.fromEntries(members));
}
