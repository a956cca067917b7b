using System.Threading.Channels;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>A handler that keeps the frames, or gives them to the test, and checks that it is called as promised.</summary>
internal sealed class TransportRecorder : ITransportHandler
{
    private readonly Channel<DecodedFrame> _frames = Channel.CreateUnbounded<DecodedFrame>();

    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _reading;
    private int _filling;
    private int _closes;

    /// <summary>Replaces the recording of frames.</summary>
    internal Action<FrameType, byte[]>? Frame { get; init; }

    /// <summary>What FillOutput does.</summary>
    internal Func<FrameBuilder, bool>? Fill { get; init; }

    /// <summary>A call that came beside another of its kind, or after the close; null if there was none.</summary>
    internal string? Fault { get; private set; }

    /// <summary>The error of OnClosed.</summary>
    internal Task<Exception?> Closed => _closed.Task;

    public void OnFrame(FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors)
    {
        Enter(ref _reading, "OnFrame");
        try
        {
            if (Frame is null)
            {
                _frames.Writer.TryWrite(DecodedFrame.Read(type, body));
            }
            else
            {
                Frame(type, body.ToArray());
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    public bool FillOutput(FrameBuilder output, object? source)
    {
        Enter(ref _filling, "FillOutput");
        try
        {
            return Fill?.Invoke(output) ?? false;
        }
        finally
        {
            Volatile.Write(ref _filling, 0);
        }
    }

    public void OnClosed(Exception? error)
    {
        if (Interlocked.Increment(ref _closes) > 1)
        {
            Fault ??= "OnClosed came twice.";
        }

        if (Volatile.Read(ref _reading) + Volatile.Read(ref _filling) > 0)
        {
            Fault ??= "OnClosed came during another call.";
        }

        _frames.Writer.TryComplete();
        _closed.TrySetResult(error);
    }

    /// <summary>The next frame.</summary>
    internal async Task<DecodedFrame> NextAsync()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Support.Patience.Limit);
        return await _frames.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next frame, which must be a Ping; its stamp.</summary>
    internal async Task<ulong> NextStampAsync() => Assert.IsType<PingFrame>((await NextAsync()).Fields).Stamp;

    private void Enter(ref int running, string call)
    {
        if (Interlocked.Exchange(ref running, 1) != 0)
        {
            Fault ??= $"{call} came during {call}.";
        }

        if (Volatile.Read(ref _closes) > 0)
        {
            Fault ??= $"{call} came after OnClosed.";
        }
    }
}
