using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Model.Running;
using Viaduct.Rings;

namespace Viaduct.Model.Scenarios;

/// <summary>A receiver that is not in the model but in private memory of the sender's process: what a dead receiver left goes to it. Rung for, it takes at once what comes.</summary>
internal sealed unsafe class Heir
{
    private readonly RecordReader _reader;
    private readonly ReceiverPage* _page;
    private readonly Func<RecordReader, bool> _isWhole;
    private ulong _last;

    public Heir(MemoryBlock block, RecordReader reader, ReceiverPage* page, Func<RecordReader, bool> isWhole)
    {
        Block = block;
        _reader = reader;
        _page = page;
        _isWhole = isWhole;
        Bell = new HeirBell(this);
    }

    /// <summary>Keeps its memory.</summary>
    public MemoryBlock Block { get; }

    /// <summary>Has it take.</summary>
    public Bell Bell { get; }

    /// <summary>The numbers of the messages that it got, a bit each.</summary>
    public ulong Had { get; private set; }

    /// <summary>Consumes what is there, and waits for more (which who sends with capacity 0 looks for).</summary>
    public void Take()
    {
        while (_reader.TryRead() == ReadStatus.Message)
        {
            if (_reader.Sequence <= _last)
            {
                throw new ModelFailureException($"message {_reader.Sequence} comes after {_last}");
            }

            if (!_isWhole(_reader))
            {
                throw new ModelFailureException($"message {_reader.Sequence} is not whole");
            }

            _last = _reader.Sequence;
            Had |= 1UL << (int)_last;
            _reader.Advance();
            _page->Released = _page->Consumed = _page->Taken = _reader.Position;
        }

        _page->Demand = _reader.Position + 1;
    }

    /// <summary>Compares with what the dead receiver noted: what it had finished releasing is gone, what it had not begun to release is here.</summary>
    public void Compare(ulong begun, ulong ended, int messages)
    {
        Take();
        if ((Had & ended) != 0)
        {
            throw new ModelFailureException($"of the messages 0x{ended:x} that were released 0x{Had:x} come again");
        }

        for (int number = 1; number <= messages; number++)
        {
            if (((Had | begun) & (1UL << number)) == 0)
            {
                throw new ModelFailureException($"message {number} is lost");
            }
        }
    }

    private sealed class HeirBell(Heir heir) : Bell(null)
    {
        protected override void Tell() => heir.Take();
    }
}
