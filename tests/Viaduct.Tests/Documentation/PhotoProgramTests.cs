using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Documentation;

/// <summary>The program of docs/blobs.md.</summary>
public sealed class PhotoProgramTests
{
    [Fact]
    public async Task It_does_what_the_page_says()
    {
        await using var distance = new Distance(DistanceKind.SharedMemory);
        using ServiceHost host = distance.Far.Serve<IPhotoLab>(new PhotoLab(), new ServeOptions { Context = distance.Context });
        using ServiceClient<IPhotoLab> client = distance.Near.Connect<IPhotoLab>(new ConnectOptions { Context = distance.Context });
        ChannelSpec<Photo> album = new("album") { Context = distance.Context };
        using Consumer<Photo> consumer = distance.Far.OpenConsumer(album);
        using Producer<Photo> producer = distance.Near.OpenProducer(album);
        await client.WaitForServersAsync(1, Patience.Token).Within();

        Assert.Equal(40, await Background.Run(() => PhotoProgram.Run(client.Service, producer)).Within());

        Photo photo = await consumer.ReceiveAsync(Patience.Token).Within();
        Assert.False(photo.Pixels.ReadOnlySpan.ContainsAnyExcept((byte)40));
        photo.Pixels.Dispose();
    }
}
