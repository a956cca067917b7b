using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;

namespace Viaduct.Transports;

/// <summary>The descriptors that came over a transport and that nobody took yet, in their order. The default value is empty.</summary>
internal struct ReceivedDescriptors
{
    /// <summary>The most that may wait; a peer that sends more without frames that take them is at fault.</summary>
    internal const int MaxWaiting = 16;

    /// <summary>Those that wait; made for the first one.</summary>
    private Queue<SafeFileHandle>? _waiting;

    /// <summary>How many wait.</summary>
    internal readonly int Count => _waiting?.Count ?? 0;

    /// <summary>Takes the oldest; the caller owns it.</summary>
    /// <exception cref="ProtocolViolationException">None came.</exception>
    internal readonly SafeFileHandle Take() => _waiting is not null && _waiting.TryDequeue(out SafeFileHandle? descriptor)
        ? descriptor
        : throw new ProtocolViolationException("The peer sent a frame that needs a descriptor without one.");

    /// <summary>Adds one that came, and owns it then.</summary>
    /// <exception cref="ProtocolViolationException">Too many wait; the new one is closed.</exception>
    internal void Add(SafeFileHandle descriptor)
    {
        _waiting ??= new Queue<SafeFileHandle>();
        if (_waiting.Count >= MaxWaiting)
        {
            ForeignDescriptor.Close(descriptor);
            throw new ProtocolViolationException($"The peer sent more than {MaxWaiting} descriptors that no frame asks for.");
        }

        _waiting.Enqueue(descriptor);
    }

    /// <summary>Closes those that nobody took.</summary>
    internal readonly void CloseAll()
    {
        while (_waiting is not null && _waiting.TryDequeue(out SafeFileHandle? descriptor))
        {
            ForeignDescriptor.Close(descriptor);
        }
    }
}
