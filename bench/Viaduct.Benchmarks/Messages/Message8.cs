namespace Viaduct.Benchmarks.Messages;

/// <summary>Eight bytes.</summary>
internal struct Message8 : IMessage<Message8>
{
    private long _sequence;

    public static Message8 Create(long sequence) => new() { _sequence = sequence };

    public static long Read(in Message8 message) => message._sequence;
}
