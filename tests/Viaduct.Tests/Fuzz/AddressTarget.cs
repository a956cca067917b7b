using System.Text;

namespace Viaduct.Tests.Fuzz;

/// <summary>An address as a user writes it.</summary>
internal sealed class AddressTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "address";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } =
        [.. ((string[])[":", "[", "]", "::1", "65535", "65536", "0", "%", "localhost", "127.0.0.1", "-", "xn--", "１", "\0", "fe80::1%eth0", "..", "0x7f.1"]).Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        try
        {
            NodeAddress address = NodeAddress.Parse(text);
            Assert.Equal(address, NodeAddress.Parse(address.ToString()));
            Assert.InRange(address.Port, 1, 65535);
            return $"{Uri.CheckHostName(address.Host)}, loopback {address.IsLoopback}";
        }
        catch (ArgumentException error) when (error.GetType() == typeof(ArgumentException))
        {
            return $"{Outcome(error)} {Uri.CheckHostName(text.Split(':')[0])}, {Math.Min(3, text.Count(static letter => letter == ':'))} colons, bracket {text.StartsWith('[')}";
        }
    }
}
