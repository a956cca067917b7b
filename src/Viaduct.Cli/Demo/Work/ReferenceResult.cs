namespace Viaduct.Cli.Demo.Work;

/// <summary>What the single-threaded reference found.</summary>
/// <param name="Messages">Events in the input.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Result">The digest, 64 hexadecimal digits.</param>
/// <param name="Tokens">How many different tokens there are.</param>
/// <param name="MostFrequent">The most frequent tokens and their counts.</param>
internal sealed record ReferenceResult(
    long Messages, long Bytes, double Seconds, string Result, int Tokens, IReadOnlyList<KeyValuePair<string, long>> MostFrequent);
