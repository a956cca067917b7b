namespace Viaduct.Tests.Fuzz;

/// <summary>A decoder under test.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The name of its file in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>Inputs to begin with, beside the corpus.</summary>
    public virtual IEnumerable<byte[]> Seeds => [];

    /// <summary>Pieces that a random change may put in.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>
    /// Decodes an input, and checks that what came out is what goes in again. What came of it in a few words, the fewer differences the
    /// better: inputs that give new words are kept and changed further.
    /// </summary>
    /// <exception cref="Exception">Anything thrown is a fault of the decoder: the exceptions that it documents are an outcome.</exception>
    public abstract string Run(ReadOnlySpan<byte> input);

    /// <summary>Makes a changed input plausible again.</summary>
    public virtual byte[] Repair(byte[] input, Random random) => input;

    /// <summary>An exception as an outcome: its type and how its message begins, without what it quotes.</summary>
    protected static string Outcome(Exception error)
    {
        string message = error.Message.Split(" Path:")[0];
        int first = message.IndexOf('\'', StringComparison.Ordinal);
        int last = message.LastIndexOf('\'');
        message = first < last ? message[..first] + message[last..] : message;
        string shape = string.Concat(message.Where(static letter => !char.IsAsciiDigit(letter)).Take(80));
        return $"{error.GetType().Name}: {shape}";
    }
}
