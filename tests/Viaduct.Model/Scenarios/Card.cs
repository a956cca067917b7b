using System.Runtime.CompilerServices;

namespace Viaduct.Model.Scenarios;

/// <summary>A message of a fixed size that is its own bytes: its number and the number's complement.</summary>
[InlineArray(2)]
internal struct Card
{
    private ulong _word;
}
