using Viaduct.Messages;

namespace Viaduct.Tests.Rpc;

/// <summary>An argument that takes as long to be read as a test wants.</summary>
[Message]
public sealed class Slow
{
    private int _number;

    /// <summary>Called where it is read, once the test that sends it has set it.</summary>
    internal static Action? OnRead { get; set; }

    [Id(1)]
    public int Number
    {
        get => _number;
        set
        {
            _number = value;
            OnRead?.Invoke();
        }
    }
}
