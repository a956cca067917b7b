using System.Diagnostics;
using Viaduct.Linux;
using Viaduct.Nodes;
using Viaduct.Tests.Hostile;

namespace Viaduct.HostilePeer;

/// <summary>
/// Opens a link, writes over the word by which the victim would learn of this program's death, and lives on. Each must end the connection in time, but for a
/// word that is merely given back.
/// </summary>
internal sealed class LifeAttack(Victim victim, Nonsense nonsense, int cases, bool receives, Func<Victim> another)
    : MeetingAttack(victim, nonsense, cases, receives, another)
{
    /// <inheritdoc/>
    public override void Run()
    {
        while (!IsOver)
        {
            // A victim counts the time in checks of a second at the most each.
            TimeSpan bound = Session.DyingBound - TimeSpan.FromSeconds(2);
            (string Name, uint Value, TimeSpan NotBefore)[] kinds =
            [
                ("a mark", Libc.FUTEX_OWNER_DIED, bound),
                ("a mark as the kernel writes it", Libc.FUTEX_OWNER_DIED | Libc.FUTEX_WAITERS, bound),
                ("a mark with an owner", Libc.FUTEX_OWNER_DIED | Libc.FUTEX_WAITERS | (uint)Environment.ProcessId, TimeSpan.Zero),
                ("another owner", Libc.FUTEX_WAITERS | 1, TimeSpan.Zero),
                ("nonsense", (uint)Nonsense.Random.Next(1, 1 << 29), TimeSpan.Zero),
                ("given back", 0, Timeout.InfiniteTimeSpan),
            ];
            Meeting[] meetings = [.. kinds.Select(_ => Meet())];
            long begun = Stopwatch.GetTimestamp();
            for (int i = 0; i < kinds.Length; i++)
            {
                meetings[i].Connection.Forge(kinds[i].Value);
            }

            for (int i = 0; i < kinds.Length; i++)
            {
                Judge(meetings[i].Connection, kinds[i].Name, kinds[i].NotBefore, begun);
                Done++;
            }

            foreach (Meeting meeting in meetings)
            {
                meeting.Dispose();
            }
        }
    }

    private void Judge(HostileConnection connection, string name, TimeSpan notBefore, long begun)
    {
        if (notBefore < TimeSpan.Zero)
        {
            if (connection.IsClosed)
            {
                throw new InvalidOperationException($"The victim ended a connection whose word was {name}.");
            }

            return;
        }

        TimeSpan notBehind = notBefore + s_patience;
        bool ended = connection.WaitForEnd(notBehind);
        TimeSpan took = Stopwatch.GetElapsedTime(begun, connection.ClosedAt);
        if (!ended || took < notBefore || took > notBehind)
        {
            throw new InvalidOperationException($"The victim ended a connection whose word was {name} {(ended ? $"after {took}" : "not at all")}, where {notBefore} to {notBehind} was expected.");
        }

        Ended++;
        Console.Write($"{name}: {took.TotalMilliseconds:0.0} ms; ");
    }
}
