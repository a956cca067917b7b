namespace Viaduct.Rpc;

/// <summary>
/// Makes an interface the contract of a service: the source generator writes what calls it from afar and what answers, and
/// <see cref="NodeServices.Serve{TService}(Node, TService, ServeOptions?)"/> and <see cref="NodeServices.Connect{TService}(Node, ConnectOptions?)"/> use it.
/// </summary>
/// <remarks>
/// Methods may be synchronous or return <see cref="Task"/>, <see cref="ValueTask"/> (with or without a result) or
/// <see cref="IAsyncEnumerable{T}"/>. What they carry is listed in docs/rpc.md; the generator refuses the rest with a diagnostic.
/// </remarks>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class ServiceAttribute : Attribute
{
    /// <summary>The service's name, by which callers find it. Defaults to <see langword="null"/>: the interface's full name.</summary>
    public string? Name { get; init; }
}
