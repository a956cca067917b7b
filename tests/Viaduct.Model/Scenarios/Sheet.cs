using System.Runtime.CompilerServices;

namespace Viaduct.Model.Scenarios;

/// <summary>As <see cref="Card"/>, of a cache line's size.</summary>
[InlineArray(8)]
internal struct Sheet
{
    private ulong _word;
}
