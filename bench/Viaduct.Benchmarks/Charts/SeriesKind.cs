namespace Viaduct.Benchmarks.Charts;

/// <summary>What a line or bar stands for, and so how much it catches the eye.</summary>
internal enum SeriesKind
{
    /// <summary>What the machine could do at best: dashed.</summary>
    Limit,

    /// <summary>Viaduct: thick.</summary>
    Own,

    /// <summary>Others.</summary>
    Peer,
}
