import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { csvWriter } from '../src/reads/stream-csv.ts';

test.each(['x\n=1+1', 'x\r=1+1', 'x\r\n=1+1', 'say "hi"', 'a,b'])(
  'the cell %j stays one cell of one row',
  async (description) => {
    const writer = csvWriter();
    writer.end({ id: 'txn_1', description, operation: 'op_1' });
    const [, ...body] = (await text(writer)).split(/^(?=txn_1)/m);
    expect(body).toHaveLength(1);
    expect(body[0]).toContain(`,"${description.replaceAll('"', '""')}",`);
  },
);
