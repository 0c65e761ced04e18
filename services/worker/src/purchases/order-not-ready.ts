/** The session is ours by its reference, but the order does not name it yet: try again shortly. */
export class OrderNotReady extends Error {
  override name = 'OrderNotReady';
}
