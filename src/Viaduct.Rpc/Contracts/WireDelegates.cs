using System.ComponentModel;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Reads the result of a call; generated.</summary>
/// <typeparam name="TState">What the reader needs besides.</typeparam>
/// <typeparam name="TResult">The result.</typeparam>
/// <param name="reader">The answer.</param>
/// <param name="state">What the reader needs besides.</param>
/// <returns>The result.</returns>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public delegate TResult ResultReader<TState, TResult>(ref WireReader reader, TState state);

/// <summary>Reads one item of a stream; generated.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <param name="reader">The item's object.</param>
/// <returns>The item.</returns>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public delegate T ItemReader<T>(ref WireReader reader);

/// <summary>Writes one item of a stream; generated.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <param name="writer">Where the item's object goes.</param>
/// <param name="item">The item.</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public delegate void ItemWriter<T>(ref WireWriter writer, T item);
