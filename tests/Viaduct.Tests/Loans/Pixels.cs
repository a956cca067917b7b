using System.Runtime.CompilerServices;

namespace Viaduct.Tests.Loans;

/// <summary>A thousand numbers in one value.</summary>
[InlineArray(1000)]
internal struct Pixels
{
    private int _first;
}
