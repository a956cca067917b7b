using System.ComponentModel;

namespace Viaduct.Rpc;

/// <summary>What is special about a method of a contract.</summary>
[Flags]
[EditorBrowsable(EditorBrowsableState.Advanced)]
public enum ServiceMethodOptions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It has no answer: <see cref="OneWayAttribute"/>.</summary>
    OneWay = 1,

    /// <summary>It may be carried out twice: <see cref="IdempotentAttribute"/>.</summary>
    Idempotent = 2,
}
