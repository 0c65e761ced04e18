/** The page of one operation. */
export const operation = {
  title: 'Operation',
  text: 'What was asked for, and how it ended.',
  status: { pending: 'Under way', succeeded: 'Done', rejected: 'Refused' },
  type: 'Kind',
  id: 'Id',
  accepted: 'Accepted',
  completed: 'Ended',
  progress: 'Progress',
  progressOf: (done: number, total: number) => `${done} of ${total}`,
  booked: 'See what it booked',
  result: 'Its outcome in full',
};
