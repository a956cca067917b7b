using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>A remote receiver's page, kept on this side and written from its ReceiverState frames by the reading loop alone.</summary>
internal sealed unsafe class ReceiverMirror
{
    /// <summary>What keeps the page; the garbage collector frees it.</summary>
    private readonly object _memory;

    private readonly ReceiverPage* _page;
    private readonly ulong* _map;
    private readonly int _mapMask;
    private readonly int _window;
    private readonly List<ulong> _released = [];

    /// <summary>A page for a window.</summary>
    public ReceiverMirror(int window)
    {
        PinnedBlock block = new(ReceiverPage.SizeFor(window));
        _memory = block;
        _page = (ReceiverPage*)block.Pointer;
        _map = (ulong*)(block.Pointer + ReceiverPage.Size);
        _mapMask = (2 * window) - 1;
        _window = window;
    }

    /// <summary>What keeps the page.</summary>
    public object Memory => _memory;

    /// <summary>The page, for the sender's end.</summary>
    public ReceiverPage* Page => _page;

    /// <summary>Begins at a position.</summary>
    public void Start(ulong position) => _page->Consumed = _page->Released = _page->Taken = _page->Demand = position;

    /// <summary>Takes over a frame. The sender's end checks the counts when it reads them.</summary>
    public void Update(in ReceiverStateFrame state, ref FrameParser parser)
    {
        ulong before = _page->Consumed;
        if (state.Consumed < before || state.Count > _window)
        {
            throw new ProtocolViolationException($"The receiver says that it consumed {state.Consumed} messages and {state.Count} beyond, after {before} with a window of {_window}.");
        }

        _released.Clear();
        ulong position = state.Consumed;
        for (int i = 0; i < state.Count; i++)
        {
            position = ReceiverStateFrame.ReadReleased(ref parser, position);
            if (position - state.Consumed >= (ulong)_window)
            {
                throw new ProtocolViolationException($"The receiver says that it consumed message {position} while {state.Consumed} is not, with a window of {_window}.");
            }

            _released.Add(position);
        }

        foreach (ulong released in _released)
        {
            int bit = (int)released & _mapMask;
            Shared.Write(_map + (bit >> 6), _map[bit >> 6] | (1UL << (bit & 63)));
        }

        Shared.Release(&_page->Released, state.Consumed + (uint)state.Count);
        Shared.Release(&_page->Consumed, state.Consumed);
        Shared.Release(&_page->Taken, state.Taken);
        Shared.Release(&_page->Demand, state.Demand);
        Shared.Release(&_page->RevokeAnswer, state.RevokeAnswer);
        Shared.Release(&_page->Missed, state.Missed);
        ulong end = Math.Min(state.Consumed, before + (ulong)_window);
        for (ulong consumed = before; consumed < end; consumed++)
        {
            int bit = (int)consumed & _mapMask;
            Shared.Write(_map + (bit >> 6), _map[bit >> 6] & ~(1UL << (bit & 63)));
        }
    }
}
