/* eslint-disable typescript/no-explicit-any -- A function of unknown parameters accepts and is accepted by all others
   only as (...args: any[]) => any: `unknown[]` refuses the caller's functions, `never[]` leaves their parameters untyped. */

/** A method that a decorator can wait for. */
export type AsyncMethod = (...args: any[]) => Promise<any>;

/** Any function; what it has to accept and answer is checked against the decorated method. */
export type AnyFunction<R> = (...args: any[]) => R;

/**
 * `unknown` (no demand) when `F` can be called with the arguments of `M` on an instance of `T`, else `E`, whose property
 * name is the message.
 */
export type Accepts<F, M extends AsyncMethod, T, E> =
  F extends AnyFunction<any>
    ? F extends (...args: Parameters<M>) => any
      ? [T] extends [ThisParameterType<F>]
        ? unknown
        : E
      : E
    : unknown;

/** The same for a function that gets the awaited result before the arguments. */
export type AcceptsResult<F, M extends AsyncMethod, T, E> =
  F extends AnyFunction<any>
    ? F extends (result: Awaited<ReturnType<M>>, ...args: Parameters<M>) => any
      ? [T] extends [ThisParameterType<F>]
        ? unknown
        : E
      : E
    : unknown;

/** The same for what tells the instances of `T` apart: a function of one of them, or a word. */
export type AcceptsInstance<I, T> = I extends (self: infer S) => unknown
  ? [T] extends [S]
    ? unknown
    : InstanceMismatch<T>
  : unknown;

/** What a method returns a list of. */
export type RowOf<M extends AsyncMethod> = Awaited<ReturnType<M>> extends readonly (infer R)[] ? R : never;

/** The same for a function that gets one row of the result before the arguments. */
export type AcceptsRow<F, M extends AsyncMethod, T, E> =
  F extends AnyFunction<any>
    ? F extends (row: RowOf<M>, ...args: Parameters<M>) => any
      ? [T] extends [ThisParameterType<F>]
        ? unknown
        : E
      : E
    : unknown;

/** `unknown` for a method that takes a list first, in every call, and answers a list. */
export type OfRows<M extends AsyncMethod> =
  Parameters<M> extends [readonly any[], ...any[]]
    ? [Awaited<ReturnType<M>>] extends [readonly any[]]
      ? unknown
      : RowsMismatch<M>
    : IdsMismatch<M>;

/**
 * The same for a method that stands in for the arguments of another one of `T`: without `args`, the first arguments of `M`
 * are those of `T[O]`, which must have all of them in every call: else its calls have several keys, and an argument of `M`
 * may pass for one that is left out. A name that `T` does not show (a protected method) is checked at start-up instead.
 */
export type LeadsTo<O, A, M extends AsyncMethod, T> = [O] extends [never]
  ? unknown
  : [O, A] extends [keyof T, undefined]
    ? T[O & keyof T] extends (...args: infer P) => any
      ? IsFixed<P> extends false
        ? ArgsOfSeveralCalls<P>
        : Parameters<M> extends [...P, ...any[]]
          ? unknown
          : ArgsMismatch<P>
      : unknown
    : unknown;

/** Whether a list of parameters has neither optional ones nor a rest. */
type IsFixed<P extends any[]> = number extends P['length'] ? false : P extends Required<P> ? true : false;

export interface KeyMismatch<M extends AsyncMethod> {
  'key: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface InstanceMismatch<T> {
  'instance: its parameter must accept an instance of the class': T;
}
export interface KeysMismatch<M extends AsyncMethod> {
  'keys: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface IdsMismatch<M extends AsyncMethod> {
  'the first parameter of the decorated method must be an array of ids, and not optional': Parameters<M>;
}
export interface RowsMismatch<M extends AsyncMethod> {
  'the decorated method must answer an array of rows, in every case': Awaited<ReturnType<M>>;
}
export interface KeyOfMismatch<M extends AsyncMethod> {
  'keyOf: its parameters must accept a row of the decorated method, then its parameters': [RowOf<M>, ...Parameters<M>];
}
export interface UnlessRowMismatch<M extends AsyncMethod> {
  'unless: its parameters must accept a row of the decorated method, then its parameters': [RowOf<M>, ...Parameters<M>];
}
export interface WhenMismatch<M extends AsyncMethod> {
  'when: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface UnlessMismatch<M extends AsyncMethod> {
  'unless: its parameters must accept the result of the decorated method, then its parameters': [
    Awaited<ReturnType<M>>,
    ...Parameters<M>,
  ];
}
export interface KeysFromMismatch<M extends AsyncMethod> {
  'keysFrom: its parameters must accept the result of the decorated method, then its parameters': [
    Awaited<ReturnType<M>>,
    ...Parameters<M>,
  ];
}
export interface ArgsFunctionMismatch<M extends AsyncMethod> {
  'args: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface ArgsOfSeveralCalls<P> {
  'of: that method has optional or rest parameters; give `args`, which returns the arguments of the call to invalidate': P;
}
export interface ArgsMismatch<P> {
  'of: the decorated method does not begin with the parameters of that method; give `args`, which returns them': P;
}
