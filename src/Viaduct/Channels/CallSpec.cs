using Viaduct.Messages;

namespace Viaduct;

/// <summary>A channel of calls: each request of a client is answered by one server.</summary>
/// <typeparam name="TRequest">What a request is; the same rules as for <see cref="ChannelSpec{T}"/>.</typeparam>
/// <typeparam name="TReply">What a reply is; the same rules as for <see cref="ChannelSpec{T}"/>.</typeparam>
/// <example>
/// <code>
/// var ping = new CallSpec&lt;string, string&gt;("ping");
/// </code>
/// </example>
public sealed class CallSpec<TRequest, TReply> : ChannelSpec
{
    /// <summary>Creates a specification.</summary>
    /// <param name="name">The channel's name; see <see cref="ChannelSpec.Name"/> for what is allowed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not allowed; the message says what is.</exception>
    public CallSpec(string name)
        : base(name)
    {
    }

    /// <summary>How requests become bytes. Defaults to <see langword="null"/>: the default of <typeparamref name="TRequest"/>.</summary>
    public ICodec<TRequest>? RequestCodec { get; init; }

    /// <summary>How replies become bytes. Defaults to <see langword="null"/>: the default of <typeparamref name="TReply"/>.</summary>
    public ICodec<TReply>? ReplyCodec { get; init; }

    /// <inheritdoc/>
    public override string Schema => $"{EffectiveRequestCodec.Schema} -> {EffectiveReplyCodec.Schema}";

    /// <inheritdoc/>
    internal override string ShortSchema => $"{SchemaText.ShortOf(EffectiveRequestCodec)} -> {SchemaText.ShortOf(EffectiveReplyCodec)}";

    /// <summary>The codec named for requests, or their type's default one.</summary>
    internal ICodec<TRequest> EffectiveRequestCodec => RequestCodec ?? Codec.Default<TRequest>(Name, nameof(RequestCodec));

    /// <summary>The codec named for replies, or their type's default one.</summary>
    internal ICodec<TReply> EffectiveReplyCodec => ReplyCodec ?? Codec.Default<TReply>(Name, nameof(ReplyCodec));
}
