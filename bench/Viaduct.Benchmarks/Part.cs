namespace Viaduct.Benchmarks;

/// <summary>What <c>--only</c> can name.</summary>
internal enum Part
{
    Thread,
    Process,
    Machine,
    Calls,
    Untouched,
    Wake,
    FanOut,
    FanIn,
    Select,
    Remote,
    Bytes,
    Crash,
}
