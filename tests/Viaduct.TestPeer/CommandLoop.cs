namespace Viaduct.TestPeer;

/// <summary>Reads commands, one a line: a tag, the verb and its words. Each runs on a thread of its own.</summary>
internal sealed class CommandLoop(TextReader input, Output output, Commands commands)
{
    /// <summary>Ends with the input, or with the verb "exit".</summary>
    public void Run()
    {
        while (input.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var tag, "exit"])
            {
                output.Done(tag, "");
                return;
            }

            var thread = new Thread(() => Carry(words[0], words[1], words[2..])) { IsBackground = true };
            thread.Start();
        }
    }

    private void Carry(string tag, string verb, string[] words)
    {
        try
        {
            output.Done(tag, commands.Carry(verb, words, item => output.Item(tag, item)));
        }
        catch (Exception error)
        {
            output.Failed(tag, error);
        }
    }
}
