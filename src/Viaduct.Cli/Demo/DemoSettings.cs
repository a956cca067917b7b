using Viaduct.Cli.Demo.Input;

namespace Viaduct.Cli.Demo;

/// <summary>What the user asked the demo for.</summary>
/// <param name="Input">A file or a folder, null for the installed SDK.</param>
/// <param name="Kind">How it becomes events, null to decide by what it is.</param>
/// <param name="Workers">How many workers at a time.</param>
/// <param name="Quick">Whether to read only a part of the input.</param>
/// <param name="Passes">How many times the input is read.</param>
/// <param name="Loopback">Whether to leave out network namespaces.</param>
/// <param name="Distances">The runs.</param>
internal sealed record DemoSettings(
    string? Input, InputKind? Kind, int Workers, bool Quick, int Passes, bool Loopback, IReadOnlyList<Distance> Distances);
