using Viaduct.Messages;
using Viaduct.Rpc;

namespace Viaduct.Tests.Documentation;

[Service]
public interface IPhotoLab
{
    void Brighten(Blob image, byte by);

    Blob Thumbnail(Blob image, int every);
}

public sealed class PhotoLab : IPhotoLab
{
    public void Brighten(Blob image, byte by)
    {
        foreach (ref byte pixel in image.Span)      // the caller's bytes, copied once into memory of this process
        {
            pixel = (byte)Math.Min(255, pixel + by);
        }
    }

    public Blob Thumbnail(Blob image, int every)
    {
        ReadOnlySpan<byte> pixels = image.ReadOnlySpan;     // the caller's own memory
        Blob small = Blob.AllocateUninitialized(pixels.Length / every);
        Span<byte> target = small.Span;
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = pixels[i * every];
        }

        return small;       // the caller's from now on
    }
}

[Message]
public sealed record Photo(string Name, Blob Pixels);

public static class PhotoProgram
{
    public static int Run(IPhotoLab lab, Sender<Photo> album)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(album);
        using Blob image = Blob.Allocate(1920 * 1080);
        lab.Brighten(image, 40);                            // image refers to what the lab wrote: nothing was copied back
        using Blob small = lab.Thumbnail(image, 8);
        album.Send(new Photo("first", image));              // a reference, whatever its size; image stays ours
        image.SpanForOverwrite().Clear();                   // other memory: whoever has the photo keeps it as it was sent
        return small.ReadOnlySpan[0];
    }
}
