/** Where somebody was in the list, so that coming back from a request leads there. Kept for the life of the page, never stored. */

export interface ListMemory {
  /** The address' query that the rest belongs to. */
  readonly search: string;
  /** Spans are counted back from here: every page of one list must mean the same time. */
  readonly since: number;
  readonly generation: number;
  readonly scrollTop: number;
  readonly selectedId: string | undefined;
  /** The told rows that the scrolled list shows. */
  readonly frozen: ReadonlySet<string> | undefined;
}

let memory: ListMemory = {
  search: '',
  since: 0,
  generation: -1,
  scrollTop: 0,
  selectedId: undefined,
  frozen: undefined,
};

/** What is remembered of this list; another filter begins at the top, another fetch of the same list keeps its place. */
export function memoryOf(search: string, generation: number, now: () => number): ListMemory {
  if (memory.search !== search) {
    memory = { search, since: now(), generation, scrollTop: 0, selectedId: undefined, frozen: undefined };
  } else if (memory.generation !== generation) memory = { ...memory, since: now(), generation };
  return memory;
}

export function remember(changes: Partial<Pick<ListMemory, 'scrollTop' | 'selectedId' | 'frozen'>>): void {
  memory = { ...memory, ...changes };
}
