import type { Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { text } from '../../protocol/fields.ts';
import { isWithin, listObject, listRoute, timeRange } from '../../protocol/list-page.ts';
import { mergeMetadata } from '../../protocol/metadata.ts';
import { route, type Route } from '../../protocol/route.ts';
import { noSuchResource } from '../../protocol/stripe-error.ts';
import type { WireCreditNote } from '../../state/billing-records.ts';
import { createCreditNote } from './create-credit-note.ts';
import { CREDIT_NOTE_CREATE, CREDIT_NOTE_UPDATE } from './credit-note-fields.ts';

export const CREDIT_NOTE_ROUTES: Route[] = [
  route('POST', '/v1/credit_notes', CREDIT_NOTE_CREATE, ({ emulator, params, cause }) =>
    createCreditNote(emulator, params, cause),
  ),
  route('GET', '/v1/credit_notes/{id}', {}, ({ emulator, id }) => noteAt(emulator, id)),
  route('POST', '/v1/credit_notes/{id}', CREDIT_NOTE_UPDATE, ({ emulator, params, id, cause }) => {
    const before = noteAt(emulator, id);
    const after = emulator.state.creditNotes.put({
      ...before,
      memo: params.memo ?? before.memo,
      metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    });
    emitEvent(emulator, cause, 'credit_note.updated', after, before);
    return after;
  }),
  route('GET', '/v1/credit_notes/{id}/lines', {}, ({ emulator, id }) =>
    listObject(`/v1/credit_notes/${id}/lines`, noteAt(emulator, id).lines.data),
  ),
  listRoute('/v1/credit_notes', {
    noun: 'credit_note',
    filters: { created: timeRange(), customer: text(), invoice: text() },
    table: ({ emulator }) => emulator.state.creditNotes,
    matches: (note, filter) =>
      (filter.customer === undefined || note.customer === filter.customer) &&
      (filter.invoice === undefined || note.invoice === filter.invoice) &&
      isWithin(note.created, filter.created),
    present: (note) => note,
  }),
];

function noteAt(emulator: Emulator, id: string): WireCreditNote {
  const note = emulator.state.creditNotes.get(id);
  if (!note) throw noSuchResource('credit_note', id);
  return note;
}
