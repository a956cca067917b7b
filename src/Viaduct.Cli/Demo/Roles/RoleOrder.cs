using Viaduct.Cli.Demo.Input;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>What a process of the demo is told to be: the first line of its standard input, as JSON.</summary>
/// <param name="Role">Its part.</param>
/// <param name="Number">Which one of its kind, from 1; a worker's machine in the third run.</param>
/// <param name="RuntimeDirectory">Where its machine's nodes meet.</param>
/// <param name="Listen">The address of its machine for TCP, null for none.</param>
/// <param name="Peers">Addresses to connect to.</param>
/// <param name="AllowPlaintext">Whether the addresses may be others than loopback: they are in network namespaces of the demo.</param>
/// <param name="Context">How far the peers may be.</param>
/// <param name="Plan">The input, for the reader.</param>
/// <param name="Total">How many events it has.</param>
internal sealed record RoleOrder(
    DemoRole Role,
    int Number,
    string RuntimeDirectory,
    string? Listen,
    IReadOnlyList<string> Peers,
    bool AllowPlaintext,
    Context Context,
    InputPlan? Plan,
    long Total);
