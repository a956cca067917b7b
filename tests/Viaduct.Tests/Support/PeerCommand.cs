using System.Threading.Channels;

namespace Viaduct.Tests.Support;

/// <summary>A command that a child process carries out: its items as they come, and its end.</summary>
public sealed class PeerCommand
{
    private readonly string _text;
    private readonly Channel<string> _items = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<string> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PeerCommand(string text)
    {
        _text = text;

        // Nobody need watch the end of a command whose process is killed.
        _ = _done.Task.ContinueWith(task => task.Exception, TaskScheduler.Default);
    }

    /// <summary>Ends with the child's answer, or with a <see cref="PeerFailedException"/>.</summary>
    public Task<string> Done => _done.Task;

    /// <summary>The next thing that the command reports; fails where the command ends first.</summary>
    public Task<string> Next() => _items.Reader.ReadAsync().Within($"an item of '{_text}'");

    /// <summary>The next items, as many as asked for.</summary>
    public async Task<string[]> Next(int count)
    {
        string[] items = new string[count];
        for (int i = 0; i < count; i++)
        {
            items[i] = await Next().ConfigureAwait(false);
        }

        return items;
    }

    /// <summary>What has been reported and not been read.</summary>
    public IReadOnlyList<string> Rest()
    {
        var rest = new List<string>();
        while (_items.Reader.TryRead(out string? item))
        {
            rest.Add(item);
        }

        return rest;
    }

    /// <summary>Takes a line of the child's output.</summary>
    public void Take(string kind, string text)
    {
        switch (kind)
        {
            case "item":
                _items.Writer.TryWrite(text);
                break;
            case "done":
                _items.Writer.TryComplete(new InvalidOperationException($"'{_text}' has ended: {text}"));
                _done.TrySetResult(text);
                break;
            default:
                var failure = new PeerFailedException(_text, text);
                _items.Writer.TryComplete(failure);
                _done.TrySetException(failure);
                break;
        }
    }
}
