using Viaduct.Wire;

namespace Viaduct.Tests.Wire;

/// <summary>Valid frames come back as they were; damaged ones are refused or are the one encoding of what was read.</summary>
public sealed class FrameFuzzTests
{
    [Fact]
    public void Every_frame_reads_back_as_it_was_written()
    {
        foreach (FrameType type in FrameGenerator.Types)
        {
            FrameGenerator generator = new((int)type);
            for (int i = 0; i < 400; i++)
            {
                DecodedFrame sent = generator.Next(type);

                DecodedFrame read = Assert.Single(WireBytes.ReadAll(sent.ToBytes()));

                Assert.True(sent.IsSame(read), $"{sent.Describe()}\ncame back as\n{read.Describe()}");
            }
        }
    }

    [Fact]
    public void Every_shorter_or_longer_body_is_refused()
    {
        foreach (FrameType type in FrameGenerator.Types)
        {
            FrameGenerator generator = new(1000 + (int)type);
            for (int i = 0; i < 20; i++)
            {
                byte[] body = BodyOf(generator.Next(type).ToBytes());

                // What is left of a Data or Report frame's rest is a frame as well.
                for (int cut = 0; cut < Math.Min(body.Length, 2000) && type is not FrameType.Report and not FrameType.Data; cut++)
                {
                    Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(type, body.AsSpan(0, cut)));
                }

                if (type is not FrameType.Report and not FrameType.Data)
                {
                    Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(type, [.. body, 0]));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_damaged_frame_is_refused_or_has_no_other_encoding(int seed)
    {
        FrameGenerator generator = new(seed * 7919);
        int refused = 0;
        int accepted = 0;
        for (int i = 0; i < 25_000; i++)
        {
            byte[] bytes = Mutate(generator.Next().ToBytes(), generator);
            try
            {
                bool found = FrameSplitter.TryRead(bytes, out FrameType type, out ReadOnlySpan<byte> body, out int consumed);
                Assert.InRange(consumed, 0, bytes.Length);
                if (found)
                {
                    CheckCanonical(type, body);
                    accepted++;
                }
            }
            catch (ProtocolViolationException)
            {
                refused++;
            }
        }

        // Both outcomes must be there, or the mutations test nothing.
        Assert.InRange(refused, 2500, 25_000);
        Assert.InRange(accepted, 500, 25_000);
    }

    [Fact]
    public void Random_bytes_are_refused_or_have_no_other_encoding()
    {
        Random random = new(5);
        byte[] bytes = new byte[64];
        for (int i = 0; i < 200_000; i++)
        {
            int length = random.Next(bytes.Length);
            random.NextBytes(bytes.AsSpan(0, length));
            FrameType type = FrameGenerator.Types[random.Next(FrameGenerator.Types.Length)];
            try
            {
                CheckCanonical(type, bytes.AsSpan(0, length));
            }
            catch (ProtocolViolationException)
            {
                // The expected end.
            }

            // Exceptions are slow: most of the time goes where the first bytes are plausible.
            i += length == 0 ? 0 : 9;
        }
    }

    private static byte[] BodyOf(byte[] frame)
    {
        Assert.True(FrameSplitter.TryRead(frame, out _, out ReadOnlySpan<byte> body, out _));
        return body.ToArray();
    }

    private static void CheckCanonical(FrameType type, ReadOnlySpan<byte> body)
    {
        DecodedFrame read = DecodedFrame.Read(type, body);
        if (read.Fields is not Viaduct.Wire.Frames.HelloFrame { Version: not 1 })
        {
            Assert.True(body.SequenceEqual(BodyOf(read.ToBytes())), read.Describe());
        }
    }

    private static byte[] Mutate(byte[] frame, FrameGenerator generator)
    {
        Random random = generator.Random;
        List<byte> bytes = [.. frame.AsSpan(0, Math.Min(frame.Length, 3000))];
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes && bytes.Count > 0; i++)
        {
            // Most damage goes near the front, where the fields are.
            int at = Math.Min(random.Next(bytes.Count), random.Next(bytes.Count));
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    byte[] number = new byte[Varint.MaxLength];
                    int length = Varint.Write(number, generator.Long());
                    bytes.RemoveAt(at);
                    bytes.InsertRange(at, number[..length]);
                    break;
                default:
                    bytes[at] = random.Next(2) == 0 ? (byte)0x80 : (byte)0xFF;
                    break;
            }
        }

        return RepairLength(bytes, random);
    }

    /// <summary>Mostly makes the length fit again, so that the damage reaches the fields.</summary>
    private static byte[] RepairLength(List<byte> bytes, Random random)
    {
        if (bytes.Count < 2 || random.Next(8) == 0)
        {
            return [.. bytes];
        }

        byte[] prefix = new byte[Varint.MaxLength];
        int whole = 1;
        while (whole < 3 && whole < bytes.Count - 1 && bytes[whole - 1] >= 0x80)
        {
            whole++;
        }

        int length = Varint.Write(prefix, (uint)(bytes.Count - whole - 1));
        return [.. prefix.AsSpan(0, length), .. bytes.Skip(whole)];
    }
}
