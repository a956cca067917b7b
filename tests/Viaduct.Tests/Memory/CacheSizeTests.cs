using Viaduct.Linux;

namespace Viaduct.Tests.Memory;

public sealed class CacheSizeTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("caches");

    [Fact]
    public void The_largest_of_a_cores_caches_counts()
    {
        Say("index0", "48K\n");
        Say("index2", "1024K\n");
        Say("index3", "32768K\n");
        Assert.Equal(32 << 20, CacheSize.Read(_directory.FullName));
    }

    [Fact]
    public void What_is_not_said_is_not_guessed()
    {
        Assert.Equal(0, CacheSize.Read(_directory.FullName));
        Assert.Equal(0, CacheSize.Read(Path.Combine(_directory.FullName, "hidden")));
        Say("index0", "much\n");
        Say("index1", "K\n");
        Say("index2", "");
        _directory.CreateSubdirectory("index3");
        Assert.Equal(0, CacheSize.Read(_directory.FullName));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private void Say(string cache, string size) =>
        File.WriteAllText(Path.Combine(_directory.CreateSubdirectory(cache).FullName, "size"), size);
}
