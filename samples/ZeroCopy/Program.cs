using Viaduct;

const int Pixels = 1920 * 1080;
var frames = new ChannelSpec<ReadOnlyMemory<byte>>("camera/frames") { Capacity = 4 };
await using var node = Node.Join();

if (args is ["watch"])
{
    using var subscriber = node.OpenSubscriber(frames);
    for (int i = 0; i < 100; i++)
    {
        using Lease<ReadOnlyMemory<byte>> lease = subscriber.ReceiveLease();
        ReadOnlySpan<byte> pixels = lease.AsSpan(); // the camera's own memory, read where it was written
        Console.WriteLine($"frame {lease.Sequence}: the first pixel of {pixels.Length} is {pixels[0]}");
    } // disposing the lease gives the memory back to the camera
}
else
{
    using var camera = node.OpenPublisher(frames);
    await camera.WaitForPeersAsync(1);
    for (int i = 0; i < 100; i++)
    {
        using Loan loan = camera.Loan(Pixels); // memory that the subscribers can read already
        loan.Span.Fill((byte)i);
        loan.Send(); // gives it to all of them: nothing is copied, whatever its size
    }

    await camera.CompleteAsync();
}
