using Viaduct.Memory;
using Viaduct.Model.Running;
using Viaduct.Rings;

namespace Viaduct.Model.Scenarios;

/// <summary>A receiver that is not in the model but in private memory of the sender's process: what a dead receiver left goes to it.</summary>
internal sealed unsafe class Heir
{
    private readonly RecordReader _reader;
    private readonly ReceiverPage* _page;
    private ulong _last;

    public Heir(MemoryBlock block, RecordReader reader, ReceiverPage* page)
    {
        Block = block;
        _reader = reader;
        _page = page;
    }

    /// <summary>Keeps its memory.</summary>
    public MemoryBlock Block { get; }

    /// <summary>The numbers of the messages that it got, a bit each.</summary>
    public ulong Had { get; private set; }

    /// <summary>Consumes what is there.</summary>
    public void Take()
    {
        while (_reader.TryRead() == ReadStatus.Message)
        {
            if (_reader.Sequence <= _last)
            {
                throw new ModelFailureException($"message {_reader.Sequence} comes after {_last}");
            }

            _last = _reader.Sequence;
            Had |= 1UL << (int)_last;
            _reader.Advance();
            _page->Released = _page->Consumed = _reader.Position;
        }
    }
}
