using Viaduct.Memory;

namespace Viaduct.Tests.Memory;

/// <summary>What has numbers is found by them, whatever they are.</summary>
public sealed class IdMapTests
{
    [Fact]
    public void What_is_found_is_what_was_set_last_and_not_removed()
    {
        // Most of them would have the same place, and some the last one.
        int[] ids = [0, 1, 2, 3, 1024, 2048, 4096, 1 << 20, 1 << 30, -1, -1024, int.MaxValue, int.MinValue, 7, 15, 31, 63];
        Random random = new(5);
        IdMap<string> map = new();
        Dictionary<int, string> expected = [];
        for (int step = 0; step < 3000; step++)
        {
            int id = ids[random.Next(ids.Length)];
            if (random.Next(3) == 0)
            {
                expected.Remove(id, out string? removed);
                Assert.Equal(removed, map.Remove(id));
            }
            else
            {
                map.Set(id, expected[id] = $"{step}");
            }

            Assert.All(ids, other => Assert.Equal(expected.GetValueOrDefault(other), map.Find(other)));
            Assert.Equal(expected.Count, map.Count);
        }

        for (int id = 0; id < 1000; id++)
        {
            map.Set(id << 13, expected[id << 13] = $"many {id}");
        }

        for (int id = 0; id < 1000; id += 3)
        {
            Assert.Equal(expected[id << 13], map.Remove(id << 13));
            expected.Remove(id << 13);
        }

        Assert.All(Enumerable.Range(0, 1000), id => Assert.Equal(expected.GetValueOrDefault(id << 13), map.Find(id << 13)));
        Assert.Equal(expected.Count, map.Count);
        Assert.Equal(expected.Values.Order(), map.Values.Order());
        map.Clear();
        Assert.Equal(0, map.Count);
        Assert.Null(map.Find(1));
    }
}
