using System.Collections.Immutable;

namespace Viaduct.Messages;

public static partial class ValueCodec
{
    /// <summary>Of arrays.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<T[]> Array<T>(ValueCodec<T> element) => new SequenceCodec<T[], T>(element, static items => items);

    /// <summary>Of lists.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<List<T>> List<T>(ValueCodec<T> element) => new SequenceCodec<List<T>, T>(element, static items => [.. items]);

    /// <summary>Of lists behind their interface.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<IList<T>> IList<T>(ValueCodec<T> element) => new SequenceCodec<IList<T>, T>(element, static items => new List<T>(items));

    /// <summary>Of collections behind their interface.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<ICollection<T>> ICollection<T>(ValueCodec<T> element) => new SequenceCodec<ICollection<T>, T>(element, static items => new List<T>(items));

    /// <summary>Of lists to be read.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<IReadOnlyList<T>> IReadOnlyList<T>(ValueCodec<T> element) => new SequenceCodec<IReadOnlyList<T>, T>(element, static items => items);

    /// <summary>Of collections to be read.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<IReadOnlyCollection<T>> IReadOnlyCollection<T>(ValueCodec<T> element) => new SequenceCodec<IReadOnlyCollection<T>, T>(element, static items => items);

    /// <summary>Of sequences; they are gone through once when written.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<IEnumerable<T>> IEnumerable<T>(ValueCodec<T> element) => new SequenceCodec<IEnumerable<T>, T>(element, static items => items);

    /// <summary>Of sets.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<HashSet<T>> HashSet<T>(ValueCodec<T> element) => new SequenceCodec<HashSet<T>, T>(element, static items => [.. items]);

    /// <summary>Of sets behind their interface.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<ISet<T>> ISet<T>(ValueCodec<T> element) => new SequenceCodec<ISet<T>, T>(element, static items => new HashSet<T>(items));

    /// <summary>Of sets to be read.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<IReadOnlySet<T>> IReadOnlySet<T>(ValueCodec<T> element) => new SequenceCodec<IReadOnlySet<T>, T>(element, static items => new HashSet<T>(items));

    /// <summary>Of immutable arrays.</summary>
    /// <typeparam name="T">The elements.</typeparam>
    /// <param name="element">The codec of the elements.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<ImmutableArray<T>> ImmutableArray<T>(ValueCodec<T> element) => new ImmutableArrayCodec<T>(element);

    /// <summary>Of dictionaries.</summary>
    /// <typeparam name="TKey">The keys.</typeparam>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="key">The codec of the keys.</param>
    /// <param name="value">The codec of the values.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<Dictionary<TKey, TValue>> Dictionary<TKey, TValue>(ValueCodec<TKey> key, ValueCodec<TValue> value)
        where TKey : notnull => new DictionaryCodec<Dictionary<TKey, TValue>, TKey, TValue>(key, value);

    /// <summary>Of dictionaries behind their interface.</summary>
    /// <typeparam name="TKey">The keys.</typeparam>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="key">The codec of the keys.</param>
    /// <param name="value">The codec of the values.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<IDictionary<TKey, TValue>> IDictionary<TKey, TValue>(ValueCodec<TKey> key, ValueCodec<TValue> value)
        where TKey : notnull => new DictionaryCodec<IDictionary<TKey, TValue>, TKey, TValue>(key, value);

    /// <summary>Of dictionaries to be read.</summary>
    /// <typeparam name="TKey">The keys.</typeparam>
    /// <typeparam name="TValue">The values.</typeparam>
    /// <param name="key">The codec of the keys.</param>
    /// <param name="value">The codec of the values.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<IReadOnlyDictionary<TKey, TValue>> IReadOnlyDictionary<TKey, TValue>(ValueCodec<TKey> key, ValueCodec<TValue> value)
        where TKey : notnull => new DictionaryCodec<IReadOnlyDictionary<TKey, TValue>, TKey, TValue>(key, value);

    /// <summary>Of tuples.</summary>
    /// <typeparam name="T1">Item 1.</typeparam>
    /// <typeparam name="T2">Item 2.</typeparam>
    /// <param name="item1">The codec of item 1.</param>
    /// <param name="item2">The codec of item 2.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<(T1, T2)> Tuple<T1, T2>(ValueCodec<T1> item1, ValueCodec<T2> item2) =>
        new TupleCodec<T1, T2>(item1, item2);

    /// <summary>Of tuples.</summary>
    /// <typeparam name="T1">Item 1.</typeparam>
    /// <typeparam name="T2">Item 2.</typeparam>
    /// <typeparam name="T3">Item 3.</typeparam>
    /// <param name="item1">The codec of item 1.</param>
    /// <param name="item2">The codec of item 2.</param>
    /// <param name="item3">The codec of item 3.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<(T1, T2, T3)> Tuple<T1, T2, T3>(ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3) =>
        new TupleCodec<T1, T2, T3>(item1, item2, item3);

    /// <summary>Of tuples.</summary>
    /// <typeparam name="T1">Item 1.</typeparam>
    /// <typeparam name="T2">Item 2.</typeparam>
    /// <typeparam name="T3">Item 3.</typeparam>
    /// <typeparam name="T4">Item 4.</typeparam>
    /// <param name="item1">The codec of item 1.</param>
    /// <param name="item2">The codec of item 2.</param>
    /// <param name="item3">The codec of item 3.</param>
    /// <param name="item4">The codec of item 4.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<(T1, T2, T3, T4)> Tuple<T1, T2, T3, T4>(ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3, ValueCodec<T4> item4) =>
        new TupleCodec<T1, T2, T3, T4>(item1, item2, item3, item4);

    /// <summary>Of tuples.</summary>
    /// <typeparam name="T1">Item 1.</typeparam>
    /// <typeparam name="T2">Item 2.</typeparam>
    /// <typeparam name="T3">Item 3.</typeparam>
    /// <typeparam name="T4">Item 4.</typeparam>
    /// <typeparam name="T5">Item 5.</typeparam>
    /// <param name="item1">The codec of item 1.</param>
    /// <param name="item2">The codec of item 2.</param>
    /// <param name="item3">The codec of item 3.</param>
    /// <param name="item4">The codec of item 4.</param>
    /// <param name="item5">The codec of item 5.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<(T1, T2, T3, T4, T5)> Tuple<T1, T2, T3, T4, T5>(
        ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3, ValueCodec<T4> item4, ValueCodec<T5> item5) =>
        new TupleCodec<T1, T2, T3, T4, T5>(item1, item2, item3, item4, item5);

    /// <summary>Of tuples.</summary>
    /// <typeparam name="T1">Item 1.</typeparam>
    /// <typeparam name="T2">Item 2.</typeparam>
    /// <typeparam name="T3">Item 3.</typeparam>
    /// <typeparam name="T4">Item 4.</typeparam>
    /// <typeparam name="T5">Item 5.</typeparam>
    /// <typeparam name="T6">Item 6.</typeparam>
    /// <param name="item1">The codec of item 1.</param>
    /// <param name="item2">The codec of item 2.</param>
    /// <param name="item3">The codec of item 3.</param>
    /// <param name="item4">The codec of item 4.</param>
    /// <param name="item5">The codec of item 5.</param>
    /// <param name="item6">The codec of item 6.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<(T1, T2, T3, T4, T5, T6)> Tuple<T1, T2, T3, T4, T5, T6>(
        ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3, ValueCodec<T4> item4, ValueCodec<T5> item5, ValueCodec<T6> item6) =>
        new TupleCodec<T1, T2, T3, T4, T5, T6>(item1, item2, item3, item4, item5, item6);

    /// <summary>Of tuples.</summary>
    /// <typeparam name="T1">Item 1.</typeparam>
    /// <typeparam name="T2">Item 2.</typeparam>
    /// <typeparam name="T3">Item 3.</typeparam>
    /// <typeparam name="T4">Item 4.</typeparam>
    /// <typeparam name="T5">Item 5.</typeparam>
    /// <typeparam name="T6">Item 6.</typeparam>
    /// <typeparam name="T7">Item 7.</typeparam>
    /// <param name="item1">The codec of item 1.</param>
    /// <param name="item2">The codec of item 2.</param>
    /// <param name="item3">The codec of item 3.</param>
    /// <param name="item4">The codec of item 4.</param>
    /// <param name="item5">The codec of item 5.</param>
    /// <param name="item6">The codec of item 6.</param>
    /// <param name="item7">The codec of item 7.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<(T1, T2, T3, T4, T5, T6, T7)> Tuple<T1, T2, T3, T4, T5, T6, T7>(
        ValueCodec<T1> item1, ValueCodec<T2> item2, ValueCodec<T3> item3, ValueCodec<T4> item4, ValueCodec<T5> item5, ValueCodec<T6> item6, ValueCodec<T7> item7) =>
        new TupleCodec<T1, T2, T3, T4, T5, T6, T7>(item1, item2, item3, item4, item5, item6, item7);
}
