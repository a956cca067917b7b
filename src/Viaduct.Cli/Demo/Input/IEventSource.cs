using System.Buffers;

namespace Viaduct.Cli.Demo.Input;

/// <summary>The input as a row of events, the same whenever it is opened. Not thread-safe.</summary>
internal interface IEventSource : IDisposable
{
    /// <summary>Bytes to ask a message for, so that most events fit without growing.</summary>
    int SizeHint { get; }

    /// <summary>Reads the next event, straight into a message.</summary>
    /// <param name="output">Gets the event's bytes.</param>
    /// <param name="text">Whether they are text, with tokens to count.</param>
    /// <returns>False after the last event.</returns>
    bool TryRead(IBufferWriter<byte> output, out bool text);
}
