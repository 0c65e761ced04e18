/** Where the runtime has no `Symbol.asyncDispose`, compilers of `await using` look for this one. */
export const asyncDispose: typeof Symbol.asyncDispose =
  Reflect.get(Symbol, 'asyncDispose') ?? Symbol.for('Symbol.asyncDispose');
