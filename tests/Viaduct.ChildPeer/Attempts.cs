namespace Viaduct.ChildPeer;

/// <summary>What a confined child may try.</summary>
internal static class Attempts
{
    public static int Run(string[] attempt)
    {
        Console.WriteLine(string.Join(' ', attempt));
        return 0;
    }
}
