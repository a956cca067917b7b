using System.Text;
using Viaduct.Discovery;

namespace Viaduct.Tests.Fuzz;

/// <summary>A channel's name, and any name as that of a file: never one that leads elsewhere.</summary>
internal sealed class NameTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "name";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } =
        [.. ((string[])["/", "..", ".", "//", "a", new string('a', 64), "ä", "\0", "%2F", "\\", "~"]).Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        string encoded = EntryName.Encode(text);
        Assert.InRange(encoded.Length, 0, 200);
        Assert.DoesNotContain('/', encoded);
        Assert.False(encoded.StartsWith('.'), encoded);
        Assert.All(encoded, static letter => Assert.InRange(letter, '!', '~'));
        bool node = EntryName.TryReadNode(text, out _);
        bool registration = EntryName.TryReadRegistration(text, out Guid socket, out Guid of);
        if (registration)
        {
            Assert.EndsWith(EntryName.Of(socket, of), text, StringComparison.OrdinalIgnoreCase);
        }

        bool valid = ChannelName.IsValid(text);
        try
        {
            Assert.Equal(text, new ChannelSpec<int>(text).Name);
            Assert.True(valid);
            Assert.InRange(text.Length, 1, 128);
            return $"valid, {text.Count(static letter => letter == '/')} slashes";
        }
        catch (ArgumentException error) when (error.GetType() == typeof(ArgumentException))
        {
            Assert.False(valid);
            return $"{Outcome(error)} {node} {registration}";
        }
    }
}
