namespace Viaduct.Benchmarks.Machine;

/// <summary>The two cores that the sides of every measurement run on.</summary>
internal readonly record struct CorePair(int A, int B)
{
    /// <summary>No cores: the scheduler puts each side where it likes.</summary>
    public static CorePair None { get; } = new(-1, -1);

    /// <summary>Whether the sides are kept on their cores.</summary>
    public bool Pinned => A >= 0;

    /// <summary>
    /// Two allowed cores, if there are any that are not threads of one physical core; among those, two that share their last
    /// level of cache, as the fastest pair is what the limits are about.
    /// </summary>
    /// <exception cref="InvalidOperationException">Fewer than two cores: every figure would measure the scheduler.</exception>
    public static CorePair Choose()
    {
        IReadOnlyList<int> cores = Affinity.AllowedCores();
        if (cores.Count < 2)
        {
            throw new InvalidOperationException($"two cores are needed, this process may use {cores.Count}");
        }

        int first = cores[0];
        int second = cores.Skip(1).FirstOrDefault(core => !SameCore(first, core) && SameCache(first, core), -1);
        if (second < 0)
        {
            second = cores.Skip(1).FirstOrDefault(core => !SameCore(first, core), cores[1]);
        }

        return new CorePair(first, second);
    }

    private static bool SameCore(int a, int b) => Same($"cpu{a}/topology/thread_siblings_list", $"cpu{b}/topology/thread_siblings_list");

    private static bool SameCache(int a, int b) => Same($"cpu{a}/cache/index3/shared_cpu_list", $"cpu{b}/cache/index3/shared_cpu_list");

    private static bool Same(string a, string b)
    {
        string? left = Read(a);
        return left is not null && left == Read(b);
    }

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine("/sys/devices/system/cpu", file));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
