namespace Viaduct.Tests.Support;

/// <summary>Tests that look at the whole machine or process, or that spin: one after the other, with nothing beside them.</summary>
[CollectionDefinition(Alone, DisableParallelization = true)]
public sealed class Collections
{
    public const string Alone = "alone";
}
