using System.ComponentModel;

namespace Viaduct.Rpc;

/// <summary>One method of a contract, as generated code describes it. Immutable.</summary>
/// <param name="name">Its name at both ends.</param>
/// <param name="id">The 32-bit FNV-1a hash of the name: what calls carry.</param>
/// <param name="options">What is special about it.</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed class ServiceMethod(string name, uint id, ServiceMethodOptions options)
{
    /// <summary>Its name at both ends.</summary>
    public string Name { get; } = name;

    /// <summary>What calls carry instead of the name.</summary>
    public uint Id { get; } = id;

    /// <summary>What is special about it.</summary>
    public ServiceMethodOptions Options { get; } = options;

    /// <summary>Whether it may be carried out twice.</summary>
    internal bool IsIdempotent => (Options & ServiceMethodOptions.Idempotent) != 0;
}
