using Viaduct.Tests.Generators;
using Viaduct.Tests.Support;

namespace Viaduct.TestPeer;

/// <summary>Messages with blobs, again and again until the process ends. The pixels are the <see cref="Payload"/> of the picture's number.</summary>
internal static class Pictures
{
    private const int Kept = 3;

    /// <summary>Sends for ever. What happens to other links of the socket is noted.</summary>
    public static void Send(Node node, SocketDescription description, string channel, Ledger? ledger, long first, Action<Exception> note)
    {
        using Producer<Picture> producer = node.OpenProducer(description.Pictures(channel));
        for (long id = first; ; id++)
        {
            byte[] bytes = Payload.Create(id, 100 + (int)(id * 977 % 20_000));
            try
            {
                using Blob pixels = Blob.AllocateUninitialized(bytes.Length);
                bytes.CopyTo(pixels.Span);
                producer.Send(new Picture(id, pixels));
                ledger?.Add(LedgerMark.Sent, id);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception error)
            {
                note(error);
            }
        }
    }

    /// <summary>Receives for ever, and keeps each picture for some more.</summary>
    public static void Take(Node node, SocketDescription description, string channel, Ledger ledger)
    {
        using Consumer<Picture> consumer = node.OpenConsumer(description.Pictures(channel));
        Queue<Picture> kept = new();
        while (!ledger.IsFull)
        {
            Picture picture = consumer.Receive();
            ledger.Add(LedgerMark.Consumed, picture.Id);
            kept.Enqueue(picture);
            if (kept.Count > Kept)
            {
                Picture oldest = kept.Dequeue();
                using Blob pixels = oldest.Pixels;
                Payload.Check(pixels.ReadOnlySpan, oldest.Id);
            }
        }
    }
}
