/* eslint-disable typescript/no-explicit-any -- A function of unknown parameters accepts and is accepted by all others
   only as (...args: any[]) => any: `unknown[]` refuses the caller's functions, `never[]` leaves their parameters untyped. */

/** Any method. That it has to be async is told in words, by {@link IsAsync}. */
export type AnyMethodType = (...args: any[]) => any;

/** `unknown` for a method that a decorator can wait for. */
export type IsAsync<M extends AnyMethodType> =
  ReturnType<M> extends PromiseLike<any> ? (ReturnType<M> extends Promise<any> ? unknown : NoPromise<M>) : NoPromise<M>;

/** One tag, or several. */
export type TagList = string | readonly string[];

/** Any function; what it has to accept and answer is checked against the decorated method. */
export type AnyFunction<R> = (...args: any[]) => R;

/**
 * `unknown` (no demand) when `F` can be called with the arguments of `M` on an instance of `T`, else `E`, whose
 * property name is the message.
 */
export type Accepts<F, M extends AnyMethodType, T, E> =
  F extends AnyFunction<any>
    ? F extends (...args: Parameters<M>) => any
      ? [T] extends [ThisParameterType<F>]
        ? unknown
        : E
      : E
    : unknown;

/** The same for a function that gets the awaited result before the arguments. */
export type AcceptsResult<F, M extends AnyMethodType, T, E> =
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
export type RowOf<M extends AnyMethodType> = Awaited<ReturnType<M>> extends readonly (infer R)[] ? R : never;

/** The same for a function that gets one row of the result before the arguments. */
export type AcceptsRow<F, M extends AnyMethodType, T, E> =
  F extends AnyFunction<any>
    ? F extends (row: RowOf<M>, ...args: Parameters<M>) => any
      ? [T] extends [ThisParameterType<F>]
        ? unknown
        : E
      : E
    : unknown;

/** `unknown` for a method that takes a list first, in every call, and answers a list. */
export type OfRows<M extends AnyMethodType> =
  Parameters<M> extends [readonly any[], ...any[]]
    ? [Awaited<ReturnType<M>>] extends [readonly any[]]
      ? unknown
      : RowsMismatch<M>
    : IdsMismatch<M>;

/**
 * The same for a method that leads to a call of another one of `T`: `of` names a method, `args` answers its arguments,
 * and without `args` the first arguments of `M` are those of `T[O]`, which must have all of them in every call: else
 * its calls have several keys, and an argument of `M` may pass for one that is left out. A name that is typed as any
 * text is checked at start-up instead.
 */
export type LeadsTo<O, A, M extends AnyMethodType, T> = [O] extends [never]
  ? unknown
  : string extends O
    ? unknown
    : O extends keyof T
      ? T[O] extends (...args: infer P) => Promise<any>
        ? ArgsLeadTo<A, P, M>
        : OfNoMethod<O>
      : OfNoMethod<O>;

/** `A` is what `args` answers: never without it. */
type ArgsLeadTo<A, P extends any[], M extends AnyMethodType> = [A] extends [never]
  ? IsFixed<P> extends false
    ? ArgsOfSeveralCalls<P>
    : Parameters<M> extends [...P, ...any[]]
      ? unknown
      : ArgsMismatch<P>
  : [A] extends [Readonly<P>]
    ? unknown
    : ArgsAnswerMismatch<P>;

/** Whether a list of parameters has neither optional ones nor a rest. */
type IsFixed<P extends any[]> = number extends P['length'] ? false : P extends Required<P> ? true : false;

/** A type that no value has, and whose name in a message of the compiler is what to write instead. */
declare const unassignable: unique symbol;
export type InWords<Text extends string> = Text & { readonly [unassignable]: never };

/** The options as they can be given: without what no value has. */
export type WithoutWords<T> = { [N in keyof T]: Exclude<T[N], InWords<string>> };

/** What a decorator answers, for a class. */
export interface NotOnClasses {
  'this decorator stands on the methods of a class, not on the class': never;
}
export interface NoPromise<M extends AnyMethodType> {
  'the decorated method must be async: declare it `async`, so that it returns a Promise': ReturnType<M>;
}
export interface OfNoMethod<O> {
  "of: the class has no public async method of this name; write of: 'name' as string for a protected one": O;
}
export interface ArgsAnswerMismatch<P> {
  'args: it must answer the parameters of the method that `of` names': P;
}
export interface KeyMismatch<M extends AnyMethodType> {
  'key: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface InstanceMismatch<T> {
  'instance: its parameter must accept an instance of the class': T;
}
export interface KeysMismatch<M extends AnyMethodType> {
  'keys: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface IdsMismatch<M extends AnyMethodType> {
  'the first parameter of the decorated method must be an array of ids, and not optional': Parameters<M>;
}
export interface RowsMismatch<M extends AnyMethodType> {
  'the decorated method must answer an array of rows, in every case': Awaited<ReturnType<M>>;
}
export interface KeyOfMismatch<M extends AnyMethodType> {
  'keyOf: its parameters must accept a row of the decorated method, then its parameters': [RowOf<M>, ...Parameters<M>];
}
export interface UnlessRowMismatch<M extends AnyMethodType> {
  'unless: its parameters must accept a row of the decorated method, then its parameters': [RowOf<M>, ...Parameters<M>];
}
export interface WhenMismatch<M extends AnyMethodType> {
  'when: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface UnlessMismatch<M extends AnyMethodType> {
  'unless: its parameters must accept the result of the decorated method, then its parameters': [
    Awaited<ReturnType<M>>,
    ...Parameters<M>,
  ];
}
export interface KeysFromMismatch<M extends AnyMethodType> {
  'keysFrom: its parameters must accept the result of the decorated method, then its parameters': [
    Awaited<ReturnType<M>>,
    ...Parameters<M>,
  ];
}
export interface TagsMismatch<M extends AnyMethodType> {
  'tags: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface TagsFromMismatch<M extends AnyMethodType> {
  'tagsFrom: its parameters must accept the result of the decorated method, then its parameters': [
    Awaited<ReturnType<M>>,
    ...Parameters<M>,
  ];
}
export interface TagsFromRowMismatch<M extends AnyMethodType> {
  'tagsFrom: its parameters must accept a row of the decorated method, then its parameters': [
    RowOf<M>,
    ...Parameters<M>,
  ];
}
export interface ArgsFunctionMismatch<M extends AnyMethodType> {
  'args: its parameters must accept those of the decorated method, and its `this` the class': Parameters<M>;
}
export interface ArgsOfSeveralCalls<P> {
  'of: that method has optional or rest parameters; give `args`, which returns the arguments of the call to invalidate': P;
}
export interface ArgsMismatch<P> {
  'of: the decorated method does not begin with the parameters of that method; give `args`, which returns them': P;
}
