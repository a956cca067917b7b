namespace Viaduct.Links;

/// <content>Waits for leases that only the end of another lease could end.</content>
internal sealed partial class Inbox<T>
{
    /// <summary>
    /// Whether who waits for a lease while all that can come is leased here already is told so instead. Not where others are known to end leases meanwhile, nor where
    /// senders don't wait for leases.
    /// </summary>
    public bool RefusesVainWaits { get; init; }

    /// <summary>To be asked where nothing was found: throws when nothing can come before a lease of this receiver ends.</summary>
    /// <exception cref="LeaseLimitException">Each sender has as many messages leased here as it may have out.</exception>
    public void RefuseVainWait()
    {
        if (RefusesVainWaits && Leased >= Channel.Capacity && CountUsedUp() is > 0 and int senders)
        {
            throw new LeaseLimitException(Channel.Name, Role, Leased, senders, Channel.Capacity);
        }
    }

    /// <summary>How many senders are there, if none of them can send before a lease ends; otherwise 0.</summary>
    private int CountUsedUp()
    {
        int count = 0;
        Gate.Enter();
        try
        {
            foreach (ReceiveLink<T> link in _links)
            {
                if (link.Lost is not null || link.Completed)
                {
                    continue;
                }

                if (!link.IsUsedUp(Channel.Capacity, Channel.History))
                {
                    return 0;
                }

                count++;
            }
        }
        finally
        {
            Gate.Exit();
        }

        return count;
    }
}
