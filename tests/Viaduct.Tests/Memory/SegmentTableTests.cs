using Microsoft.Win32.SafeHandles;
using Viaduct.Memory;
using Viaduct.Nodes;

namespace Viaduct.Tests.Memory;

public sealed class SegmentTableTests
{
    private readonly SegmentTable _table = new();

    [Fact]
    public void A_retired_file_is_gone_and_its_addresses_read_as_zeros()
    {
        using MemoryBlock ours = Hand(1, out ReadOnlyMemory<byte> theirs);
        Assert.Equal(7, theirs.Span[100]);
        Assert.Equal(ours.Length, _table.Bytes);

        _table.Remove(1);

        Assert.Equal(0, theirs.Span[100]);
        Assert.Null(_table.Find(1));
        Assert.Equal(0, _table.Bytes);
    }

    [Fact]
    public void A_file_that_was_never_handed_over_can_not_be_retired()
    {
        using MemoryBlock ours = Hand(1, out _);
        Assert.Throws<ProtocolViolationException>(() => _table.Remove(2));
        _table.Remove(1);
        Assert.Throws<ProtocolViolationException>(() => _table.Remove(1));
    }

    [Fact]
    public void A_file_that_links_lie_in_can_not_be_retired()
    {
        using MemoryBlock ours = Hand(3, out ReadOnlyMemory<byte> theirs);
        Assert.NotNull(_table.FindKept(3));

        Assert.Throws<ProtocolViolationException>(() => _table.Remove(3));

        Assert.Equal(7, theirs.Span[100]);
        _table.Close();
        Assert.Equal(0, _table.Bytes);
    }

    private SharedBlock Hand(int segment, out ReadOnlyMemory<byte> theirs)
    {
        SharedBlock block = SharedBlock.Create(segment, 1 << 16);
        block.GetSpan()[100] = 7;
        string path = $"/proc/self/fd/{block.Descriptor!.DangerousGetHandle()}";
        SafeFileHandle copy = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        _table.Add(segment, copy, (ulong)block.Length);
        theirs = _table.Find(segment)!.Slice(0, 1 << 16);
        return block;
    }
}
