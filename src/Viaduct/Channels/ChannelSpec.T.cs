using Viaduct.Messages;

namespace Viaduct;

/// <summary>A one-way channel of messages of one type, for producers and consumers or for publishers and subscribers.</summary>
/// <typeparam name="T">
/// What a message is: <see cref="ReadOnlyMemory{T}"/> of bytes, a <see cref="string"/>, a struct without references, or anything for which
/// a <see cref="Codec"/> is named.
/// </typeparam>
/// <example>
/// <code>
/// var events = new ChannelSpec&lt;Event&gt;("events") { Topology = Topology.OneToMany, Capacity = 64 };
/// </code>
/// </example>
public sealed class ChannelSpec<T> : ChannelSpec
{
    /// <summary>Creates a specification.</summary>
    /// <param name="name">The channel's name; see <see cref="ChannelSpec.Name"/> for what is allowed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not allowed; the message says what is.</exception>
    public ChannelSpec(string name)
        : base(name)
    {
    }

    /// <summary>
    /// How messages become bytes where they leave the process. Defaults to <see langword="null"/>: bytes and strings as they are, structs without
    /// references as their bytes; other types must name one, such as <c>Viaduct.Codec.Json(...)</c>.
    /// </summary>
    public ICodec<T>? Codec { get; init; }

    /// <inheritdoc/>
    public override string Schema => EffectiveCodec.Schema;

    /// <inheritdoc/>
    internal override string ShortSchema => SchemaText.ShortOf(EffectiveCodec);

    /// <summary>The codec named, or the type's default one.</summary>
    internal ICodec<T> EffectiveCodec => Codec ?? global::Viaduct.Codec.Default<T>(Name, nameof(Codec));
}
