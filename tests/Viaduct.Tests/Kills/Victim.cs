using System.Diagnostics;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>A process that is there to be killed in the midst of one operation, and its ledger.</summary>
internal sealed class Victim(PeerProcess process, string ledger, NamedPoint? point = null)
{
    private readonly List<PeerCommand> _commands = [];

    public int Id { get; } = process.Id;

    /// <summary>The file that the victim writes to.</summary>
    public string LedgerPath => ledger;

    /// <summary>When it was killed, as a time stamp; of one that kills itself when that was noticed. Zero while it lives.</summary>
    public long KilledAt { get; private set; }

    /// <summary>Whether it kills itself.</summary>
    public bool IsArmed => point is not null;

    /// <summary>Lets it kill itself at its point, if it has one.</summary>
    public Task Arm() => point is null ? Task.CompletedTask : process.Do($"arm {point.Count} {point.Name}");

    /// <summary>Gives a command; that it ends by anything but the kill is an error.</summary>
    public PeerCommand Begin(string command)
    {
        PeerCommand begun = process.Begin(command);
        _commands.Add(begun);
        return begun;
    }

    /// <summary>Opens the socket "s", waits for so many peers, and toils.</summary>
    public async Task Toil(string role, ChannelSpec channel, string manner, long first = 0, int peers = 1, string more = "")
    {
        await process.Do($"open s {role} {channel.Name} capacity={channel.Capacity} context={channel.Context} {more}");
        string sockets = "s";
        if (manner.EndsWith("select", StringComparison.Ordinal))
        {
            // Receivers have company on the same channel, senders where nothing ever comes: what they send stays in one order.
            bool receives = role is "consumer" or "subscriber";
            foreach (string other in (string[])["t", "u"])
            {
                await process.Do(receives
                    ? $"open {other} {role} {channel.Name} capacity={channel.Capacity} context={channel.Context} {more}"
                    : $"open {other} consumer idle-{other} context={channel.Context}");
            }

            sockets = "s,t,u";
        }

        await process.Do($"wait s {peers}");
        await Arm();
        PeerCommand toiling = Begin($"toil {sockets} {manner} {ledger} {first}");
        if (!IsArmed)
        {
            await toiling.Next();
        }
    }

    /// <summary>Waits until the victim has done its operation once.</summary>
    public Task UnderWay() => Waiting.Until(() => File.Exists(ledger) && Ledger.HasBegun(ledger));

    /// <summary>SIGKILL so many milliseconds from now, exactly; the ledger as the process left it.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> KillAfter(double milliseconds)
    {
        await Background.Run(() =>
        {
            long end = Stopwatch.GetTimestamp() + (long)(milliseconds * Stopwatch.Frequency / 1000);
            while (Stopwatch.GetTimestamp() < end)
            {
                Thread.Yield();
            }

            KilledAt = Stopwatch.GetTimestamp();
            process.KillNow();
        });
        return await Buried();
    }

    /// <summary>Waits for the end of a process that is killed, or kills itself; its ledger.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> Buried()
    {
        await process.Gone().Within(point is null ? "the victim's end" : $"the victim passes '{point}': see {nameof(NamedPoints)}");
        if (KilledAt == 0)
        {
            KilledAt = Stopwatch.GetTimestamp();
        }

        foreach (PeerCommand command in _commands)
        {
            if (await command.Done.Outcome() is PeerFailedException failure)
            {
                Assert.True(failure.Type == "ProcessEnded", $"The victim had failed before it was killed: {failure.Message}");
            }
        }

        await process.DisposeAsync();
        return Ledger.Read(ledger);
    }
}
