using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>What became of each message over many consumers, one after the other. Throws where one comes that was consumed, or comes twice without another attempt.</summary>
internal sealed class MessageHistory
{
    private readonly Dictionary<long, (int Attempt, bool IsConsumed)> _messages = [];

    public int Seen => _messages.Count;

    public int Consumed => _messages.Values.Count(message => message.IsConsumed);

    /// <summary>Adds what one consumer did.</summary>
    public void Add(IReadOnlyList<LedgerEntry> entries, int round)
    {
        foreach (LedgerEntry entry in entries)
        {
            bool isKnown = _messages.TryGetValue(entry.Id, out (int Attempt, bool IsConsumed) message);
            Assert.False(isKnown && message.IsConsumed, $"Round {round}: message {entry.Id} had been consumed and came again: {entry}");
            if (entry.Mark == LedgerMark.Seen)
            {
                Assert.True(!isKnown || entry.Attempt > message.Attempt, $"Round {round}: {entry} came again after attempt {message.Attempt}.");
            }

            _messages[entry.Id] = (entry.Attempt, entry.Mark == LedgerMark.Consumed);
        }
    }

    /// <summary>Those of so many that nobody had.</summary>
    public IReadOnlyList<long> Missing(long sent)
    {
        var missing = new List<long>();
        for (long id = 0; id < sent; id++)
        {
            if (!_messages.ContainsKey(id))
            {
                missing.Add(id);
            }
        }

        return missing;
    }

    public override string ToString() => $"{Seen} seen, {Consumed} consumed";
}
