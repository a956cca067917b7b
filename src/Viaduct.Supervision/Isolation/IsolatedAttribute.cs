using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>
/// Takes the calls of a class's static methods out of this process, with the calls as they are: the source generator redirects each in this project to a supervised
/// child process, which carries out the very method.
/// </summary>
/// <remarks>
/// Carried out there is every static method that is internal or public and not marked <see cref="InProcessAttribute"/>, imported ones
/// (<c>LibraryImport</c>, <c>DllImport</c>) too; what can't be carried is an error of the compiler. The child is started by the first call, and ends with this process.
/// <see cref="IsolatedClass.Of"/> tells about it, and sets what an attribute can't say. Linux only.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class IsolatedAttribute : Attribute
{
    /// <summary>
    /// Whether every method may be carried out twice, as if marked <see cref="IdempotentAttribute"/>: then a call whose process crashed is made again. Defaults to
    /// <see langword="false"/>: only those that are marked may.
    /// </summary>
    public bool Idempotent { get; init; }

    /// <summary>As <see cref="IsolateOptions.Instances"/>. Defaults to 1: with more, each has static fields of its own.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>As <see cref="IsolateOptions.Standbys"/>. Defaults to 1.</summary>
    public int Standbys { get; init; } = 1;

    /// <summary>As <see cref="IsolateOptions.Threads"/>. Defaults to 1: in each process one call at a time is carried out.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How long a call may take in milliseconds, as <see cref="IsolateOptions.Timeout"/>. Defaults to -1: for ever.</summary>
    public int TimeoutMilliseconds { get; init; } = -1;

    /// <summary>How many processes a call may cost, as <see cref="RetryPolicy.MaxAttempts"/>. Defaults to 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>What the child may do. Defaults to <see cref="ConfinementLevel.None"/>: what this process may.</summary>
    public ConfinementLevel Confinement { get; init; }
}
