using System.Globalization;
using Viaduct.Nodes;
using Viaduct.Rings;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>docs/wire-format.md says what the code does.</summary>
public sealed class WireDocumentTests
{
    [Fact]
    public void Every_vector_decodes_to_its_fields_and_encodes_to_its_bytes()
    {
        foreach ((string frame, string fields, byte[] bytes) in WireDocument.Vectors)
        {
            DecodedFrame read = Assert.Single(WireBytes.ReadAll(bytes));

            Assert.Equal(frame, read.Type.ToString());
            Assert.Equal(fields, read.Describe());
            Assert.Equal(Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(read.ToBytes()));
        }
    }

    [Fact]
    public void Every_frame_has_a_vector_in_its_own_section()
    {
        foreach (FrameType type in Enum.GetValues<FrameType>())
        {
            Assert.Contains($"```vector {type}\n", WireDocument.Section($"### {type}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_truncation_of_every_vector_is_refused_or_needs_more()
    {
        foreach ((_, _, byte[] bytes) in WireDocument.Vectors)
        {
            for (int cut = 0; cut < bytes.Length; cut++)
            {
                Assert.False(FrameSplitter.TryRead(bytes.AsSpan(0, cut), out _, out _, out int consumed));
                Assert.Equal(0, consumed);
            }

            Assert.True(FrameSplitter.TryRead(bytes, out FrameType type, out ReadOnlySpan<byte> body, out _));
            int rest = DecodedFrame.Read(type, body).Tail.Length;
            int fields = type is FrameType.Data or FrameType.Report ? body.Length - rest : body.Length;
            for (int cut = 0; cut < fields; cut++)
            {
                byte[] shorter = body[..cut].ToArray();
                Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(type, shorter));
            }

            if (fields == body.Length && type is not FrameType.Report)
            {
                byte[] longer = [.. body, 0];
                Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(type, longer));
            }
        }
    }

    [Fact]
    public void The_table_of_types_is_the_enumeration()
    {
        List<string[]> rows = WireDocument.Rows(WireDocument.Section("## Types"))[1..];

        Assert.Equal(
            Enum.GetValues<FrameType>().Select(static type => $"{(byte)type} {(byte)type:x2} {type}"),
            rows.Select(static row => $"{row[0]} {row[1]} {row[2]}"));
    }

    [Fact]
    public void The_tables_of_fields_are_the_frames()
    {
        foreach ((string frame, _, byte[] bytes) in WireDocument.Vectors)
        {
            DecodedFrame read = WireBytes.ReadAll(bytes)[0];
            IEnumerable<string> fields = read.Describe().Split('\n')
                .Select(static line => line[..line.IndexOf(" =", StringComparison.Ordinal)]);
            string section = frame == nameof(FrameType.Welcome) ? nameof(FrameType.Hello) : frame;
            IEnumerable<string> documented = WireDocument.Rows(WireDocument.Section($"### {section}"))[1..].Select(static row => row[0]);

            Assert.Equal(read.Fields is HelloFrame ? fields.Prepend("magic") : fields, documented);
        }
    }

    [Fact]
    public void The_tables_of_varints_are_right()
    {
        List<string[]> rows = WireDocument.Rows(WireDocument.Section("## Values"));
        int valid = rows.FindIndex(static row => row[0] == "Value");
        int invalid = rows.FindIndex(static row => row[0] == "Not a varint");
        Assert.InRange(valid, 1, invalid - 2);
        foreach (string[] row in rows[(valid + 1)..invalid])
        {
            byte[] bytes = new byte[Varint.MaxLength];
            int length = Varint.Write(bytes, ulong.Parse(row[0], CultureInfo.InvariantCulture));
            Assert.Equal(WireDocument.Bytes(row[1]), bytes[..length]);
        }

        foreach (string[] row in rows[(invalid + 1)..])
        {
            Assert.Equal(VarintStatus.Malformed, Varint.TryRead(WireDocument.Bytes(row[0]), out _, out _));
        }
    }

    [Fact]
    public void The_limits_are_those_of_the_code()
    {
        string[] limits = [.. WireDocument.Rows(WireDocument.Section("## Limits"))[1..].Select(static row => row[1].Split(' ', ',')[0])];
        int[] expected =
        [
            WireLimits.MaxFrame,
            WireLimits.MaxText,
            WireLimits.MaxFragment,
            WireLimits.MaxReleased,
            Transport.MaxQueued,
            ReceivedDescriptors.MaxWaiting,
        ];

        Assert.Equal(expected.Select(static limit => limit.ToString(CultureInfo.InvariantCulture)), limits);
        Assert.Contains($"| Version | `int` | {HelloFrame.CurrentVersion}.", WireDocument.Text, StringComparison.Ordinal);
        Assert.Contains($"| LayoutVersion | `int` | {HelloFrame.CurrentLayoutVersion} |", WireDocument.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_and_codes_of_links_are_those_of_the_code()
    {
        static IEnumerable<string> Table(string heading, int cells) =>
            WireDocument.Rows(WireDocument.Section(heading))[1..].Select(row => string.Join(' ', row[..cells]));

        Assert.Equal(
            Enum.GetValues<LinkFlags>().Where(static flag => flag != LinkFlags.None).Select(static flag => $"{(int)flag} {flag}"),
            Table("### Flags of a link", 2));
        Assert.Equal([RefusalCodes.Mismatch, RefusalCodes.RoleTaken, RefusalCodes.Duplicate, RefusalCodes.Unknown], Table("### Refusals of a link", 1));
        Assert.Equal(
            [$"{RecordHeader.Inline} {nameof(RecordHeader.Inline)}", $"{RecordHeader.Complete} {nameof(RecordHeader.Complete)}"],
            Table("### Kinds of data", 2));
    }

    [Fact]
    public void Every_frame_type_has_a_type_of_its_own()
    {
        IEnumerable<string> types = typeof(HelloFrame).Assembly.GetTypes()
            .Where(static type => type.Namespace == typeof(HelloFrame).Namespace && type.IsValueType)
            .Select(static type => type.Name)
            .Where(static name => name.EndsWith("Frame", StringComparison.Ordinal));

        Assert.Equal(
            Enum.GetNames<FrameType>()
                .Where(static name => name != nameof(FrameType.Welcome))
                .Select(static name => name + "Frame")
                .Order(),
            types.Order());
    }
}
