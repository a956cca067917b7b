using Viaduct.Memory;

namespace Viaduct.Tests.Memory;

/// <summary>Copies of every short length, between bytes that must stay as they are.</summary>
public sealed class FewBytesTests
{
    [Fact]
    public void Copies_of_any_length_are_whole_and_touch_nothing_else()
    {
        for (int length = 0; length <= 70; length++)
        {
            byte[] from = [.. Enumerable.Range(1, length).Select(static i => (byte)i)];
            byte[] to = [.. Enumerable.Repeat((byte)0xEE, length + 32)];

            FewBytes.Copy(from, ref to[16]);

            byte[] expected = [.. Enumerable.Repeat((byte)0xEE, 16), .. from, .. Enumerable.Repeat((byte)0xEE, 16)];
            Assert.Equal(expected, to);
        }
    }
}
