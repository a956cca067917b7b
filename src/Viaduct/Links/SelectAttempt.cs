namespace Viaduct.Links;

/// <summary>A wait of a selection.</summary>
internal struct SelectAttempt(Selection selection) : IAttempt<int>
{
    private int _index;

    /// <summary>The socket that was found ready.</summary>
    public readonly int Index => _index;

    /// <inheritdoc/>
    public bool Try() => selection.TryFind(out _index);

    /// <inheritdoc/>
    public readonly int Finish(WaitResult result, CancellationToken cancellationToken) =>
        result != WaitResult.Canceled ? _index : throw new OperationCanceledException(cancellationToken);
}
