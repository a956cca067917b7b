namespace Viaduct.Tests.Support;

/// <summary>Tests that look at all that their process holds, or that spin: one after the other, with nothing beside them in it. "./build.sh test" runs them in a process of their own.</summary>
[CollectionDefinition(Alone, DisableParallelization = true)]
[Trait("process", "own")]
public sealed class Collections
{
    public const string Alone = "alone";
}
