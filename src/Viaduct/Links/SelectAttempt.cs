namespace Viaduct.Links;

/// <summary>A wait of a selection; reused, so that waiting allocates nothing.</summary>
internal sealed class SelectAttempt(Selection selection) : IAttempt
{
    private int _index;

    /// <summary>The socket that was found ready.</summary>
    public int Index => _index;

    /// <inheritdoc/>
    public bool Try() => selection.TryFind(out _index);
}
