using Viaduct.Rpc;
using Viaduct.Tests.Generators;

namespace Viaduct.Tests.Rpc;

/// <summary>The contract that every road must carry: one method of each kind.</summary>
[Service]
public interface ITrial
{
    int Add(int a, int b);

    ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

    Task<string?> EchoAsync(string? text);

    void Fail(string message);

    Task WaitAsync(CancellationToken cancellationToken);

    int Begun();

    int Canceled();

    [OneWay]
    void Note(int number);

    IReadOnlyList<int> Notes();

    IAsyncEnumerable<int> CountAsync(int first, int count, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> FailAfterAsync(int count);

    Task<long> SumAsync(IAsyncEnumerable<int> numbers);

    int Fill(Span<byte> buffer, byte value);

    byte[] Reverse(ReadOnlySpan<byte> bytes);

    ICounter OpenCounter(int start);

    ICounter OpenBroken();

    Task<int> TellAsync(IListener listener, int times);

    int Tell(IListener listener, int times);

    double RemainingMilliseconds();

    double[] TellLate(IListener listener, int milliseconds);

    Task<double[]> TellLateAsync(IListener listener, int milliseconds);

    void FailOddly();

    ICounter Join(IListener listener);

    int TellJoined(int number);

    IAsyncEnumerable<int> StallAsync();

    int TellOneWay(IListener listener, int times);

    Task<ICounter> OpenLaterAsync(int start, int milliseconds);

    int Leave(int value);

    Cargo Load(Cargo cargo);

    Shape? Turn(Shape? shape);

    string ThreadName();

    Task<string> ThreadNameAsync();
}
