using Viaduct.Rpc;

namespace Viaduct.Benchmarks.Systems;

/// <summary>The service that is measured.</summary>
[Service]
internal interface IArithmetic
{
    int Add(int a, int b);

    ValueTask<int> AddAsync(int a, int b);

    [OneWay]
    void Note(int value);

    /// <summary>Inverts all bytes, and leaves them in memory of the callee's that it has not read.</summary>
    void Overwrite(Blob bytes);

    /// <summary>Inverts all bytes where they lie.</summary>
    void Change(Blob bytes);

    /// <summary>Inverts all bytes where they lie.</summary>
    void ChangeSpan(Span<byte> bytes);
}
