namespace Viaduct.Cli;

/// <summary>Lines to a person on standard error, each said once. Thread-safe.</summary>
internal static class Notice
{
    private static readonly HashSet<string> s_said = [];

    /// <summary>Says something that happens again and again.</summary>
    /// <param name="text">What is to be said.</param>
    public static void SayAgain(string text)
    {
        try
        {
            Console.Error.WriteLine("viaduct: " + text);
        }
        catch (IOException)
        {
            // The terminal is gone, or the disk is full: that takes what is said, and nothing else.
        }
    }

    /// <summary>Says something, unless it was said already.</summary>
    /// <param name="text">What the library or a verb has to say; words of the API become those of this command.</param>
    public static void Say(string text)
    {
        int parameter = text.IndexOf(" (Parameter '", StringComparison.Ordinal);
        string words = (parameter < 0 ? text : text[..parameter]).Replace("set AllowPlaintext = true", "give --allow-plaintext", StringComparison.Ordinal);
        lock (s_said)
        {
            if (s_said.Add(words))
            {
                SayAgain(words);
            }
        }
    }
}
