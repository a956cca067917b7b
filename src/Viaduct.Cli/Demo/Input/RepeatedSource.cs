using System.Buffers;

namespace Viaduct.Cli.Demo.Input;

/// <summary>An input that is read several times, one pass after the other.</summary>
internal sealed class RepeatedSource : IEventSource
{
    private readonly Func<IEventSource> _open;
    private int _passesLeft;
    private IEventSource _current;

    /// <summary>Makes a source.</summary>
    /// <param name="passes">How many times, at least once.</param>
    /// <param name="open">Opens the input from its beginning.</param>
    public RepeatedSource(int passes, Func<IEventSource> open)
    {
        _open = open;
        _passesLeft = passes - 1;
        _current = open();
    }

    /// <inheritdoc/>
    public int SizeHint => _current.SizeHint;

    /// <inheritdoc/>
    public bool TryRead(IBufferWriter<byte> output, out bool text)
    {
        while (!_current.TryRead(output, out text))
        {
            if (_passesLeft-- <= 0)
            {
                return false;
            }

            _current.Dispose();
            _current = _open();
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current.Dispose();
    }
}
