namespace Viaduct.Tests.Blobs;

/// <summary>The service of the blobs' trials.</summary>
public sealed class Darkroom : IDarkroom
{
    private Blob? _kept;
    private Blob? _earlier;

    public long Sum(Blob image)
    {
        _earlier = image;
        return SumOf(image.ReadOnlySpan);
    }

    public void Invert(Blob image)
    {
        foreach (ref byte pixel in image.Span)
        {
            pixel = (byte)~pixel;
        }
    }

    public void Paint(Blob image, byte shade) => image.SpanForOverwrite().Fill(shade);

    public Blob Develop(int length, byte shade)
    {
        Blob image = Blob.AllocateUninitialized(length);
        image.Span.Fill(shade);
        return image;
    }

    public async Task<Blob> DevelopAsync(int length, byte shade)
    {
        await Task.Yield();
        return Develop(length, shade);
    }

    public async IAsyncEnumerable<Blob> BurstAsync(int count, int length)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return Develop(length, (byte)i);
        }
    }

    public async Task<long> SumAllAsync(IAsyncEnumerable<Blob> images)
    {
        long sum = 0;
        await foreach (Blob image in images)
        {
            sum += SumOf(image.ReadOnlySpan);
            image.Dispose();
        }

        return sum;
    }

    public Album Reverse(Album album) => new(album.Title, [.. album.Images.Reverse()], album.Images.Count > 0 ? album.Images[0].Clone() : null);

    public void Keep(Blob image)
    {
        _kept?.Dispose();
        _kept = image.Clone();
    }

    public Blob? Kept() => _kept?.Clone();

    public string DisposeArgument(Blob image)
    {
        try
        {
            image.Dispose();
            return "";
        }
        catch (InvalidOperationException error) when (error is not ObjectDisposedException)
        {
            return image.ReadOnlySpan.Length > 0 ? error.Message : "";
        }
    }

    public string UseEarlier()
    {
        try
        {
            return $"{_earlier!.Length}";
        }
        catch (ObjectDisposedException error)
        {
            return error.Message;
        }
    }

    public void FailAfterWriting(Blob image)
    {
        image.Span.Clear();
        throw new InvalidTimeZoneException("too late");
    }

    public void KeepOneWay(Blob image) => Keep(image);

    public int Process() => Environment.ProcessId;

    internal static long SumOf(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        foreach (byte one in bytes)
        {
            sum += one;
        }

        return sum;
    }
}
