/** Cuts text into server-sent events for the client of this benchmark. The gateway's own framer must not stand here: it is what is judged. */

export interface WireEvent {
  readonly name: string;
  readonly data: string;
}

/** Comments are no events; an event that has no blank line after it is none yet. */
export function createEventCutter(): (text: string) => WireEvent[] {
  let waiting = '';
  return (text) => {
    waiting += text;
    const blocks = waiting.split(/\r?\n\r?\n/);
    waiting = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const fields = block.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith(':'));
      const valuesOf = (field: string): string[] =>
        fields.flatMap((line) => (line.startsWith(`${field}:`) ? line.slice(field.length + 1).replace(/^ /, '') : []));
      const data = valuesOf('data');
      return data.length === 0 ? [] : { name: valuesOf('event').at(-1) ?? '', data: data.join('\n') };
    });
  };
}
