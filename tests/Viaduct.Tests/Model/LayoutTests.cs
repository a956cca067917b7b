using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Viaduct.Blobs;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Model;

/// <summary>Where everything lies that one process writes and another reads: a peer may have been built years earlier.</summary>
public sealed class LayoutTests
{
    /// <summary>The layouts of version <see cref="HelloFrame.CurrentLayoutVersion"/>.</summary>
    private const string CurrentLayouts =
        """
        SenderPage 256: Oldest@0:UInt64 Newest@8:UInt64 Waiting@128:UInt32 Signal@192:UInt32 Barriers@196:UInt32
        ReceiverPage 256: Consumed@0:UInt64 Released@8:UInt64 Taken@16:UInt64 Demand@24:UInt64 RevokeAnswer@32:UInt64 Missed@40:UInt64 Waiting@128:UInt32 Signal@192:UInt32 Barriers@196:UInt32
        ChunkReference 16: Segment@0:Int32 Length@4:Int32 Offset@8:Int64
        record 16: word@0 sequence@8; length 0..31, kind 32..39, attempt 40..47; inline 1, chunk 2, skip 3, complete 4
        mark: offset/16 0..21, position 22..63
        waiting: futex 1, doorbell 2, awake 4, step 8
        map: 2 bits a position
        life: 2048 words, 8 bytes apart
        holds 16512: count@0:UInt32 slots@128:UInt64; 2048 slots, 8 bytes apart; offset/4096 0..30, forwarded 31..31, segment 32..63
        blobs: faffffff0f2400000002000100000000070000000a000000000000000000000007000000140000000010000000000000
        blobs: faffffff0f2c00000002000200000000070000000a000000000000000000000007000000140000000010000000000000ffffffff05000000

        """;

    /// <summary>Pins what the version number stands for: who changes a layout changes both, and peers of the other version are told so. Until the first release all are version 1.</summary>
    private static readonly (int Version, string Hash) s_pinned = (1, "203fdd19f3f68255");

    /// <summary>What one process writes and another reads through a pointer.</summary>
    private static readonly Type[] s_shared = [typeof(SenderPage), typeof(ReceiverPage), typeof(ChunkReference)];

    /// <summary>What lies in private memory, and what only the kernel reads or writes beside the process that owns it, which says how that is laid out.</summary>
    private static readonly string[] s_private = ["FutexWord", "IoVector", "KernelTime", "ListHead", "MessageHeader", "Waiter"];

    [Fact]
    public void Every_struct_that_could_be_shared_is_described_here()
    {
        // Without what the compiler adds, such as the contents of constant arrays.
        Type[] types = [.. typeof(SenderPage).Assembly.GetTypes().Where(static type => !type.FullName!.Contains("<PrivateImplementationDetails>", StringComparison.Ordinal))];
        IEnumerable<Type> laidOut = types.Where(static type => type is { IsValueType: true, IsEnum: false, StructLayoutAttribute.Value: LayoutKind.Explicit });

        // What is read through a pointer, wherever one stands: in fields, parameters, results and variables.
        IEnumerable<Type> pointedTo = types.SelectMany(Pointers).Where(type => type is { IsValueType: true, IsEnum: false, IsPrimitive: false, IsGenericParameter: false } && types.Contains(type));
        string[] found = [.. laidOut.Concat(pointedTo).Distinct().Select(static type => type.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(s_shared.Select(static type => type.Name).Concat(s_private).Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public void Every_shared_layout_is_as_its_version_says()
    {
        Assert.Equal(CurrentLayouts, Describe());
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Describe())))[..16];
        Assert.True(
            (HelloFrame.CurrentLayoutVersion, hash) == s_pinned,
            $"The layouts ({hash}) are not those of version {s_pinned.Version} ({s_pinned.Hash}): raise HelloFrame.CurrentLayoutVersion and pin ({HelloFrame.CurrentLayoutVersion + 1}, {hash}).");
    }

    [Theory]
    [MemberData(nameof(SharedTypes))]
    public void Shared_structs_hold_only_values_of_a_fixed_size(Type type)
    {
        Assert.False(IsReferenceOrContainsReferences(type));
        Assert.Equal(LayoutKind.Explicit, type.StructLayoutAttribute!.Value);
        int end = 0;
        foreach (FieldInfo field in Fields(type).OrderBy(field => Offset(type, field)))
        {
            Assert.Contains(field.FieldType, new[] { typeof(int), typeof(uint), typeof(long), typeof(ulong) });
            int size = Marshal.SizeOf(field.FieldType);
            Assert.True(Offset(type, field) >= end, $"{field.Name} overlaps what is before it");
            Assert.Equal(0, Offset(type, field) % size);
            end = Offset(type, field) + size;
        }

        Assert.True(end <= Marshal.SizeOf(type));
    }

    [Fact]
    public void What_is_written_at_different_times_lies_on_different_cache_lines()
    {
        // When a reader may be overtaken; on waiting; on waking. Words that the peer polls lie 128 bytes apart,
        // since x86 fetches lines in pairs; the signal is looked at only by who is about to sleep.
        AssertApart<SenderPage>(128, nameof(SenderPage.Oldest), nameof(SenderPage.Waiting));
        AssertApart<SenderPage>(64, nameof(SenderPage.Waiting), nameof(SenderPage.Signal));
        AssertApart<ReceiverPage>(128, nameof(ReceiverPage.Consumed), nameof(ReceiverPage.Waiting));
        AssertApart<ReceiverPage>(64, nameof(ReceiverPage.Waiting), nameof(ReceiverPage.Signal));
        Assert.Equal(0, SenderPage.Size % 128);
        Assert.Equal(0, ReceiverPage.Size % 64);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(1 << 20)]
    public void The_map_has_two_bits_for_each_position(int window) =>
        Assert.Equal(256 + (window / 4), ReceiverPage.SizeFor(window));

    [Fact]
    public unsafe void A_records_word_and_a_mark_are_little_endian()
    {
        // Both ends run on one machine, and .NET runs on little-endian processors only; a file of the memory is read by tools with these rules.
        ulong word = RecordHeader.Pack(0x01020304, RecordHeader.Chunk, 5);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Unsafe.WriteUnaligned(ref bytes[0], word);
        Assert.Equal([0x04, 0x03, 0x02, 0x01, 0x02, 0x05, 0x00, 0x00], bytes.ToArray());
        Assert.Equal(word, BinaryPrimitives.ReadUInt64LittleEndian(bytes));

        Unsafe.WriteUnaligned(ref bytes[0], RingMark.Pack(3, 0x30));
        Assert.Equal((3UL << 22) | 3, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }

    /// <summary>For the test of each.</summary>
    public static TheoryData<Type> SharedTypes => [.. s_shared];

    private static IEnumerable<Type> Pointers(Type type)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        IEnumerable<Type> fields = type.GetFields(All).Select(static field => field.FieldType);
        IEnumerable<Type> methods = type.GetMembers(All).OfType<MethodBase>().SelectMany(static method =>
            method.GetParameters().Select(static parameter => parameter.ParameterType)
                .Concat(method.GetMethodBody()?.LocalVariables.Select(static variable => variable.LocalType) ?? [])
                .Append(method is MethodInfo { ReturnType: { } result } ? result : typeof(void)));
        foreach (Type found in fields.Concat(methods))
        {
            Type pointed = found;
            while (pointed.IsPointer || pointed.IsByRef)
            {
                pointed = pointed.GetElementType()!;
                if (found.IsPointer && !pointed.IsPointer)
                {
                    yield return pointed;
                }
            }
        }
    }

    private static string Describe()
    {
        StringBuilder text = new();
        foreach (Type type in s_shared)
        {
            text.Append(type.Name).Append(' ').Append(Marshal.SizeOf(type)).Append(':');
            foreach (FieldInfo field in Fields(type).OrderBy(field => Offset(type, field)))
            {
                text.Append(' ').Append(field.Name).Append('@').Append(Offset(type, field)).Append(':').Append(field.FieldType.Name);
            }

            text.Append('\n');
        }

        ulong length = RecordHeader.Pack(-1, 0, 0);
        ulong kind = RecordHeader.Pack(0, 255, 0);
        ulong attempt = RecordHeader.Pack(0, 0, 255);
        text.Append($"record {RecordHeader.Size}: word@0 sequence@8; length {Bits(length)}, kind {Bits(kind)}, attempt {Bits(attempt)}; ");
        text.Append($"inline {RecordHeader.Inline}, chunk {RecordHeader.Chunk}, skip {RecordHeader.Skip}, complete {RecordHeader.Complete}\n");
        text.Append($"mark: offset/16 {Bits(RingMark.Pack(0, (1 << (RingMark.OffsetBits + 4)) - 16))}, position {Bits(RingMark.Pack(ulong.MaxValue, 0))}\n");
        text.Append($"waiting: futex {WaitEpoch.Futex}, doorbell {WaitEpoch.Doorbell}, awake {WaitEpoch.Awake}, step {WaitEpoch.Step}\n");
        text.Append($"map: {(ReceiverPage.SizeFor(1024) - ReceiverPage.Size) * 8 / 1024} bits a position\n");
        text.Append($"life: {LifeWords.Count} words, {LifeWords.Stride} bytes apart\n");
        DescribeBlobs(text);
        return text.ToString();
    }

    /// <summary>The table of blobs in use as its writer fills it, and what stands in a ring before a message that refers to some.</summary>
    private static unsafe void DescribeBlobs(StringBuilder text)
    {
        PinnedBlock block = new(HoldTable.Size) { SegmentId = 7 };
        HoldTable table = new(new Allocation(block, 0, HoldTable.Size));
        ulong[] keys = [HoldTable.KeyOf(3, 4096), HoldTable.KeyOf(4, 8192)];
        Array.ForEach(keys, key => table.Add(key));
        ulong[] words = new ReadOnlySpan<ulong>(block.Pointer, HoldTable.Size / sizeof(ulong)).ToArray();
        int[] slots = [.. keys.Select(key => sizeof(ulong) * Array.IndexOf(words, key))];
        text.Append($"holds {HoldTable.Size}: count@{sizeof(ulong) * Array.IndexOf(words, 2UL)}:UInt32 slots@{slots[0]}:UInt64; {HoldTable.Slots} slots, {slots[1] - slots[0]} bytes apart; ");
        text.Append($"offset/4096 {Bits(HoldTable.KeyOf(0, (long)int.MaxValue << 12))}, forwarded {Bits(HoldTable.Forwarded)}, segment {Bits(HoldTable.KeyOf(-1, 0))}\n");

        foreach (int place in (int[])[-1, 5])
        {
            ChunkShare share = new(new ChunkPool(size => new PinnedBlock(size) { SegmentId = 7 }, static _ => { }, 1 << 20), 1 << 20);
            using BlobList blobs = new();
            Assert.True(share.TryRent(100, out Chunk first));
            Assert.True(share.TryRent(100, out Chunk second));
            blobs.AddHeld(first, 10);
            int number = blobs.AddHeld(second, 20);
            if (place >= 0)
            {
                blobs.SetPlace(number, place);
            }

            byte[] prefix = new byte[BlobPrefix.Measure(blobs, byReference: true)];
            BlobPrefix.Write(blobs, byReference: true, prefix);
            text.Append($"blobs: {Convert.ToHexStringLower(prefix)}\n");
        }
    }

    private static string Bits(ulong mask) => $"{System.Numerics.BitOperations.TrailingZeroCount(mask)}..{63 - System.Numerics.BitOperations.LeadingZeroCount(mask)}";

    private static void AssertApart<T>(int bytes, params string[] fields)
    {
        int[] offsets = [.. fields.Select(static field => (int)Marshal.OffsetOf<T>(field)).Order()];
        for (int i = 1; i < offsets.Length; i++)
        {
            Assert.True(offsets[i] / bytes != offsets[i - 1] / bytes, $"two of {string.Join(", ", fields)} share {bytes} bytes of {typeof(T).Name}");
        }
    }

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static int Offset(Type type, FieldInfo field) => (int)Marshal.OffsetOf(type, field.Name);

    private static bool IsReferenceOrContainsReferences(Type type) =>
        (bool)typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.IsReferenceOrContainsReferences))!.MakeGenericMethod(type).Invoke(null, null)!;
}
