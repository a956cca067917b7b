using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>
/// How what was written to a ring comes to be seen: by each record's own word, and for some readers by marks in the sender's page. Guarded as the
/// ring is.
/// </summary>
internal sealed unsafe class RingPublication(SenderPage* page)
{
    /// <summary>Records are written that are to be seen together; of the first of them the word, and what publishes all.</summary>
    private bool _many;
    private ulong* _first;
    private ulong _firstValue;

    /// <summary>Some reader copies and may be overtaken: it must be told before bytes are overwritten.</summary>
    public bool Overtakes { get; private set; }

    /// <summary>Some reader wants only the newest message.</summary>
    public bool ShowsNewest { get; private set; }

    /// <summary>From now on some reader may be overtaken.</summary>
    public void AllowOvertaking() => Overtakes = true;

    /// <summary>From now on some reader wants only the newest message.</summary>
    public void ShowNewest() => ShowsNewest = true;

    /// <summary>
    /// What is published from now on is seen by nobody before <see cref="PublishMany"/>. False where some reader finds its way by other words than
    /// those of the records.
    /// </summary>
    public bool TryBeginMany()
    {
        _many = !Overtakes && !ShowsNewest;
        return _many;
    }

    /// <summary>Publishes what was held back since <see cref="TryBeginMany"/>: one release store.</summary>
    public void PublishMany()
    {
        _many = false;
        if (_first != null)
        {
            // Pairs with the acquire in RecordReader.TryRead: who sees the first sees all.
            Shared.Release(_first, _firstValue);
            _first = null;
        }
    }

    /// <summary>Publishes a record, all of which is written but its first word.</summary>
    public void Publish(byte* record, ulong value)
    {
        if (!_many)
        {
            // Release: pairs with the acquire in RecordReader.TryRead. All bytes of the record are visible to whoever sees the word.
            Shared.Release((ulong*)record, value);
        }
        else if (_first == null)
        {
            _first = (ulong*)record;
            _firstValue = value;
        }
        else
        {
            // Nobody comes here before the first is published.
            Shared.Write((ulong*)record, value);
        }
    }

    /// <summary>Says which message is the newest, for who wants no other.</summary>
    public void PublishNewest(ulong mark)
    {
        // Pairs with the acquire in RecordReader.PassOver.
        Shared.Release(&page->Newest, mark);
    }

    /// <summary>Says which message is the oldest that stays whole, before what was before it is overwritten.</summary>
    public void PublishOldest(ulong mark)
    {
        Shared.Release(&page->Oldest, mark);

        // Store → store against the overwriting that follows: pairs with the read barrier in RecordReader.WasOvertaken.
        Shared.WriteFence();
    }
}
