namespace KeptAlive;

/// <summary>The children.</summary>
internal static class Worker
{
    public static void Run()
    {
        Console.WriteLine("ready");
        Thread.Sleep(Timeout.Infinite);
    }

    public static void Peep(string path)
    {
        try
        {
            Console.WriteLine($"read {File.ReadAllText(path).Length} characters of {path}");
        }
        catch (UnauthorizedAccessException error)
        {
            Console.WriteLine(error.Message);
        }
    }
}
