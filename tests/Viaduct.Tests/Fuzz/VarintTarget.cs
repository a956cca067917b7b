using Viaduct.Tests.Wire;
using Viaduct.Wire;

namespace Viaduct.Tests.Fuzz;

/// <summary>One integer.</summary>
internal sealed class VarintTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "varint";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds =>
        WireDocument.Rows(WireDocument.Section("## Values")).Where(static row => row.Length == 2)
            .SelectMany(static row => row).Where(static cell => cell.Length > 0 && cell.Split(' ').All(static word => word.Length == 2 && word.All(char.IsAsciiHexDigitLower)))
            .Select(WireDocument.Bytes);

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        VarintStatus status = Varint.TryRead(input, out ulong value, out int length);
        if (status != VarintStatus.Ok)
        {
            return status.ToString();
        }

        byte[] written = new byte[Varint.MaxLength];
        Assert.Equal(length, Varint.Length(value));
        Assert.Equal(length, Varint.Write(written, value));
        Assert.True(input[..length].SequenceEqual(written.AsSpan(0, length)));
        return $"{length} bytes";
    }
}
