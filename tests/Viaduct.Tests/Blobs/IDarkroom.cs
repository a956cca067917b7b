using Viaduct.Rpc;

namespace Viaduct.Tests.Blobs;

/// <summary>Calls that take blobs, give them, and write them.</summary>
[Service]
public interface IDarkroom
{
    long Sum(Blob image);

    void Invert(Blob image);

    void Paint(Blob image, byte shade);

    Blob Develop(int length, byte shade);

    Task<Blob> DevelopAsync(int length, byte shade);

    IAsyncEnumerable<Blob> BurstAsync(int count, int length);

    Task<long> SumAllAsync(IAsyncEnumerable<Blob> images);

    Album Reverse(Album album);

    void Keep(Blob image);

    Blob? Kept();

    string DisposeArgument(Blob image);

    string UseEarlier();

    void FailAfterWriting(Blob image);

    [OneWay]
    void KeepOneWay(Blob image);

    int Process();
}
